"""The console's pages about FAQs and versions: they parse a form, call the studio, and say what happened."""
