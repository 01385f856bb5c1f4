"""Moving a document to another space, saying before who gains and who loses it."""
