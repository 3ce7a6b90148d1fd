"""`make fuzz`: the extractor against inputs that a coverage-guided fuzzer makes up."""
