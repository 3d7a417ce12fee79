"""Words that a person wants gone: from statements, documents, history, reports and kept answers."""
