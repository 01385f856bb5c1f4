"""`portal search-eval`: how well and how fast the product's own search does on a judged collection."""

from __future__ import annotations

import json
from pathlib import Path

import click

from portal.commands.speaking import plainly
from portal.platform.search.evaluation import ENGINES, Evaluation, evaluate

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("search-eval")
@click.argument("docs", type=FILE)
@click.argument("queries", type=FILE)
@click.option("--engine", type=click.Choice(sorted(ENGINES)), default="whoosh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@plainly
def command(docs: Path, queries: Path, engine: str, *, as_json: bool) -> None:
    """Index DOCS, ask all QUERIES and judge the answers.

    Both are lines of JSON, gzipped or not: {"id", "title", "body"} and {"id", "text", "relevant": [ids]}.
    """
    try:
        figures = _figures(evaluate(docs, queries, engine))
    except (ValueError, KeyError, TypeError, EOFError) as error:
        raise click.ClickException(f"The files are not what is expected, see --help: {error!r}") from error
    click.echo(
        json.dumps(figures)
        if as_json
        else "\n".join(f"{name:<14} {value}" for name, value in figures.items())
    )


def _figures(found: Evaluation) -> dict[str, object]:
    return {
        "engine": found.engine,
        "documents": found.documents,
        "queries": found.queries,
        "mrr@10": round(found.mrr, 4),
        "ndcg@10": round(found.ndcg, 4),
        "recall@10": round(found.recall, 4),
        "queries_per_s": round(found.queries_per_s, 1),
        "p50_ms": round(found.p50_ms, 2),
        "p95_ms": round(found.p95_ms, 2),
        "documents_per_s": round(found.documents_per_s, 1),
    }
