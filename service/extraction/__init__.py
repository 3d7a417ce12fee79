"""From the text of a document to draft statements: pure rules over a lexicon that is passed in."""
