"""Help before joining: the steps of a service's web client, done as a person would do them. Data says which; a step
that does not match leaves the page to the person."""
