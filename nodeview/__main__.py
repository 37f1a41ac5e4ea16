"""``python -m nodeview``."""

import sys

from nodeview.cli import main

sys.exit(main())
