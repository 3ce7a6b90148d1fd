"""What every face of the demo server has in common: bytes in and out, faults on demand, a log, OAuth."""
