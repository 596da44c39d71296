"""Tests in a browser. A package for pytest too, so that their server ends with them."""
