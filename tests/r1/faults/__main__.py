"""Write `docs/faults.md` anew: `python -m tests.r1.faults`."""

from tests.r1.faults.page import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
print(f"wrote {PAGE.name}")
