"""Loads a site that the product line's tools exported (docs/how-to/import-a-site.md). Never loaded by the runtime."""

from websites.importing.bringing import SiteImport, site_import

__all__ = ["SiteImport", "site_import"]
