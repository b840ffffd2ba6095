"""Reports as business intelligence tools see them: questions, engines, tools."""
