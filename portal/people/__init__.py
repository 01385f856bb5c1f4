"""Users, departments, posts, the reporting line, sign-in."""
