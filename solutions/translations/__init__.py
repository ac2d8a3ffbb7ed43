"""Get latest metadata translations: the portal solutions once more, in the same version, for the languages of today."""
