"""``python -m faceglide.cli``."""

import sys

from faceglide.cli import main

sys.exit(main())
