"""Python mixes the order of sets anew in every process; answers must not follow it."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PROGRAM = """
from bot.retrieval import Document, Index, Lexicon
index = Index.build(
    [
        Document("甲", ("邻居盖房占了滴水檐咋办", "屋檐水淌到俺院里")),
        Document("乙", ("邻居盖楼挡了光咋办", "前屋盖得老高见不着太阳")),
        Document("丙", ("邻居的狗咬了人谁赔",), "主人要赔"),
    ],
    Lexicon({"咋办": "怎么办"}, {"垛墙": ("盖房", "地界")}),
)
for query in ("邻居", "临居盖房垛墙", "狗咬了邻居家的光", "咋办"):
    print([(hit.key, hit.score.hex(), hit.confidence.hex()) for hit in index.search(query)])
"""


def run_with_seed(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT)}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True
    )
    return run.stdout.decode()


def test_it_gives_every_process_the_same_figures() -> None:
    first = run_with_seed("1")
    assert first.count("甲") > 1
    assert run_with_seed("2") == first
