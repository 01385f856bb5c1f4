"""The short way to ask: a question is a document, written with as little as it takes."""
