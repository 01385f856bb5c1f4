"""知营: a knowledge portal for a B2B sales organisation."""

import os

# pypinyin reads this when it is first imported. Its phrases take 44 MB in every process; names and tags need readings
# of single characters, and `kernel/collation.py` knows the surnames that are read in their own way.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
