"""Keeps the last hundred results."""
import jobs

results = sorted(jobs.DONE.glob("*.txt"), key=lambda file: file.stat().st_mtime)
for result in results[:-100]:
    result.unlink()
(jobs.DONE / "tidied").write_text(f"{len(results)} results\n")
print(f"tidied: {min(len(results), 100)} results are left")
