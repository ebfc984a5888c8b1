"""One loop; the step is an argument and everything else a callback."""
