"""Every column, declared once, one module per subject."""
