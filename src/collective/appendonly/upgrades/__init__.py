"""The steps from one version of the profile to the next."""
