"""The make-believe people, follows and posts behind the sandbox."""
