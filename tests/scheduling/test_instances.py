"""The readers of public instances, and the benchmark that runs on them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.scheduling.construct import construct
from app.scheduling.problem import FOREVER, POLICIES, Changeover, MachineKind
from app.scheduling.verify import verify
from benchmarks import scheduling as benchmark
from benchmarks.disguise import disguise
from benchmarks.instances import NOT_ELIGIBLE, UnknownFormat, parse, read
from benchmarks.plot import curves, picture
from tests.scheduling.shops import FT06, TWO_JOBS_FLEXIBLE

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "scheduling"


def runs(text: str, suffix: str = "") -> list[list[tuple[int, int]]]:
    """(machine, minutes) of each mode of each operation."""
    problem = parse(text, suffix)
    return [[(m.machine, m.run_seconds // 60) for m in o.modes] for o in problem.operations]


def test_job_shop() -> None:
    problem = parse("# a comment\n" + FT06)
    assert (len(problem.orders), len(problem.machines), len(problem.operations)) == (6, 6, 36)
    assert runs(FT06)[:3] == [[(2, 1)], [(0, 3)], [(1, 6)]]
    assert {(p.before, p.after) for p in problem.precedences} == {
        (6 * j + k, 6 * j + k + 1) for j in range(6) for k in range(5)
    }


def test_jobs_of_a_job_shop_may_differ_in_length_and_end_with_a_mark() -> None:
    assert runs("2 2\n0 5 1 6 -1 -1\n1 7 -1 -1\n") == [[(0, 5)], [(1, 6)], [(1, 7)]]


def test_flexible_job_shop_counts_machines_from_one() -> None:
    assert runs(TWO_JOBS_FLEXIBLE) == [
        [(0, 3), (1, 5)],
        [(1, 4)],
        [(0, 2)],
        [(0, 6), (1, 3)],
    ]


def test_setups_by_operation_and_by_job() -> None:
    operations = 4
    by_operation = [
        " ".join("0" if i == j else str(10 * i + j) for j in range(operations))
        for _ in range(2)
        for i in range(operations)
    ]
    by_operation[0] = f"0 {NOT_ELIGIBLE} 2 3"
    problem = parse(TWO_JOBS_FLEXIBLE + "\n".join(by_operation))
    assert [o.families for o in problem.operations] == [(0,), (1,), (2,), (3,)]
    pairs = problem.setup_rules[0].parts[0].pairs
    assert pairs[3, 2] == Changeover(32)
    assert (0, 1) not in pairs
    assert problem.machines[1].setup_rule == 1
    by_job = parse(TWO_JOBS_FLEXIBLE + "0 8\n9 0\n0 8\n9 0\n")
    assert [o.families for o in by_job.operations] == [(0,), (0,), (1,), (1,)]
    assert by_job.setup_rules[0].parts[0].pairs == {(0, 1): Changeover(8), (1, 0): Changeover(9)}


def test_assembly_makes_an_order_of_each_connected_part() -> None:
    problem = parse("4 2 2\n0 2\n1 2\n1 0 5\n2 0 6 1 7\n1 1 8\n1 1 9\n")
    assert [o.order for o in problem.operations] == [0, 0, 0, 1]
    assert {(p.before, p.after) for p in problem.precedences} == {(0, 2), (1, 2)}


def test_project_resources_are_pools_of_tools() -> None:
    text = "4 2\n3 1\n0 0 0 2 2 3\n4 2 0 1 4\n5 1 1 1 4\n0 0 0 0\n"
    problem = parse(text, ".rcp")
    assert problem.machines[0].kind is MachineKind.CUMULATIVE
    assert [tool.capacity for tool in problem.tools] == [3, 1]
    demands = [[(d.tool_type, d.count) for d in o.modes[0].tools] for o in problem.operations]
    assert demands == [[], [(0, 2)], [(0, 1), (1, 1)], []]
    assert {(p.before, p.after) for p in problem.precedences} == {(0, 1), (0, 2), (1, 3), (2, 3)}


def test_shop_with_due_dates(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    shop = {"nm": 2, "jobs": [[[[0, 5], [1, 6]]]], "due": [20], "release": [3], "weight": [2]}
    path.write_text(json.dumps(shop))
    instance = read(path)
    order = instance.problem.orders[0]
    assert (order.due, order.release, order.weight, instance.objective) == (20, 3, 2, "on_time")
    path.write_text(json.dumps(shop | {"due": None}))
    assert read(path).problem.orders[0].due == FOREVER


def test_what_is_no_instance_is_refused() -> None:
    with pytest.raises(UnknownFormat):
        parse("2 2\n1 2 3\n")
    with pytest.raises(UnknownFormat):
        parse("")


def test_best_known_value_is_found_above_the_file_and_in_a_zip(tmp_path: Path) -> None:
    (tmp_path / "bounds.csv").write_text("instance,best_known_ub,best_known_lb\nft06_vdata,47,45\n")
    (tmp_path / "vdata").mkdir()
    with zipfile.ZipFile(tmp_path / "vdata" / "ft06.zip", "w") as archive:
        archive.writestr("ft06.txt", FT06)
    instance = read(tmp_path / "vdata" / "ft06.zip")
    assert (instance.name, instance.best_known, instance.lower_bound) == ("ft06_vdata", 47, 45)


@pytest.mark.skipif(not DATA.exists(), reason="the public instances are not on this machine")
def test_public_instances_are_read_with_their_bounds() -> None:
    vdata = read(DATA / "fjsp" / "HurinkJurischThole1994" / "vdata" / "la01.txt")
    assert (vdata.name, vdata.best_known, len(vdata.problem.operations)) == ("la01_vdata", 570, 50)
    dauzere = read(DATA / "fjsp" / "DauzerePeresPaulli1994" / "01a.txt")
    assert dauzere.name == "dpp01a"
    assert dauzere.best_known is not None
    setups = read(DATA / "fjsp_sdst" / "derived" / "hu_sdst_la21.fjs")
    assert len(setups.problem.setup_rules) == 10


def test_benchmark_solves_checks_and_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bounds.csv").write_text("instance,best_known_ub,best_known_lb\nft06,55,55\n")
    (tmp_path / "ft06.txt").write_text(FT06)
    report = tmp_path / "report.json"
    arguments = [str(tmp_path / "ft06.txt"), "--seconds", "5", "--peer", "cpsat"]
    assert benchmark.main([*arguments, "--json", str(report)]) == 0
    ours, peer = json.loads(report.read_text())
    assert (ours["instance"], ours["solver"], peer["solver"]) == ("ft06", "taktline", "cpsat")
    for result in (ours, peer):
        assert (result["objective"], result["gap"], result["status"]) == (55, 0, "optimal")
        assert result["verified"]
    assert ours["bound"] == 55
    assert 0 <= ours["first_plan_seconds"] < 5
    assert ours["peak_memory_mb"] > 10
    assert "| ft06 | taktline | optimal | 55 |" in capsys.readouterr().out


def test_a_project_in_psplibs_own_layout_is_the_same_project() -> None:
    own = """jobs (incl. supersource/sink ):  4
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
  1      1     0       0    0
  2      1     4       2    0
  3      1     5       1    1
  4      1     0       0    0
RESOURCEAVAILABILITIES:
  R 1  R 2
   3    1
"""
    usual = "4 2\n3 1\n0 0 0 2 2 3\n4 2 0 1 4\n5 1 1 1 4\n0 0 0 0\n"
    assert parse(own, ".sm") == parse(usual, ".rcp")


def test_a_plan_of_the_disguised_instance_is_one_of_the_original() -> None:
    problem = parse(TWO_JOBS_FLEXIBLE + "0 8\n9 0\n0 8\n9 0\n")
    hidden = disguise(problem, 5)
    assert hidden.problem.operations != problem.operations
    schedule = hidden.undone(construct(hidden.problem, weights=POLICIES["makespan"]))
    assert verify(problem, schedule) == []


def test_the_plot_shows_a_line_per_solver() -> None:
    run = {"best_known": 50, "gap": 0.0, "seconds": 10.0}
    ours = run | {"solver": "a", "trace": [[2.0, 60], [8.0, 50]]}
    none = run | {"solver": "b", "trace": []}
    lines = curves([ours, none])
    assert [round(gap) for t, gap in lines["a"] if t in (0.0, 5.0, 10.0)] == [100, 20, 0]
    assert {gap for _, gap in lines["b"]} == {100.0}
    drawn = ElementTree.fromstring(picture(lines, "a < b"))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == 2
