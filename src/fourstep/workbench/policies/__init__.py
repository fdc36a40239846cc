"""The site's own coding policies, at hand where a code or a standard is decided on."""
