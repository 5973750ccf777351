"""What is offered helps: tried on the whole network, the best first, taking out never alone where anything helps."""

from __future__ import annotations

import pytest

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.fixes import Fix, Remove
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.edits import append, replace_block
from cnnbuilder.network.fix_candidates import candidates
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.mends import offered, outcome_of
from cnnbuilder.network.merge_edits import join
from cnnbuilder.network.project import Network, Problem, Wire
from cnnbuilder.network.removal import remove
from cnnbuilder.network.templates import TEMPLATES
from tests.network.broken import broken_network

NETWORKS = 1000
STEPS = 5
SHARE = 0.95


@pytest.fixture
def digits() -> Network:
    return TEMPLATES["digits"].make().network


def only(network: Network) -> tuple[Analysis, Problem, tuple[Fix, ...]]:
    """A network's one problem, and what is offered for it."""
    analysis = analyse(network)
    (problem,) = analysis.problems
    return analysis, problem, offered(analysis, problem)


def labels(network: Network) -> list[str]:
    return [fix.label for fix in only(network)[2]]


def test_a_kernel_of_fifty_is_mended_in_one_step(digits: Network) -> None:
    """The largest that fits led through four mends to an image of one pixel."""
    network = replace_block(digits, digits.by_id["b2"].with_fields(kernel_size=(50, 50)))
    analysis, problem, fixes = only(network)
    assert fixes[0].label == "Use kernel 3, padding 1"
    after = analyse(apply_fix(network, problem, fixes[0]))
    assert after.problems == ()
    assert after.output == analyse(digits).output
    assert problem.fixes[0] not in fixes  # 34×34, which only reveals the next problem
    assert outcome_of(analysis, problem, problem.fixes[0]) is not None


def test_an_add_of_unequal_images_is_matched_by_a_convolution(digits: Network) -> None:
    network, _new = join(digits, "Add", ["b2", "b7"])
    assert labels(network)[0] == "Match: 1×1 Conv2d (32)"
    _analysis, problem, fixes = only(network)
    assert analyse(apply_fix(network, problem, fixes[0])).problems == ()


def test_an_add_of_unequal_filters_offers_to_make_them_equal(digits: Network) -> None:
    network = digits
    for kind in ("Conv2d", "ReLU", "Conv2d", "ReLU"):
        network = append(
            network, KINDS[kind](id=f"n{len(network.blocks)}"), "b10" if kind == "Conv2d" else None
        )
    wide = append(digits, KINDS["Conv2d"](id="wide", out_channels=24, padding=(1, 1)), "b2")
    network, _new = join(wide, "Add", ["b2", "wide"])
    names = {id_: row.name for id_, row in analyse(network).rows.items()}
    assert labels(network) == [
        "Match: 1×1 Conv2d (24)",
        f"Give {names['b2']} 24 filters",
        f"Give {names['wide']} 16 filters",
    ]


def test_flatten_before_a_convolution_is_not_offered(digits: Network) -> None:
    network = append(digits, KINDS["Linear"](id="dense", out_features=16), "b4")
    assert labels(network)[0] == "Use a 1×1 Conv2d instead"
    assert "Insert Flatten" not in labels(network)


def test_a_convolution_behind_flatten_goes_before_it_or_flatten_goes(digits: Network) -> None:
    flattened = append(digits, KINDS["Flatten"](id="flat"), "b4")
    name = analyse(flattened).rows["flat"].name
    assert labels(flattened)[0] == f"Remove {name}"
    behind = append(digits, KINDS["Conv2d"](id="conv"), "b12")
    assert labels(behind)[0].startswith("Move Conv2d before")


def test_a_batch_norm_behind_linear_becomes_one_for_vectors(digits: Network) -> None:
    network = append(digits, KINDS["BatchNorm2d"](id="norm"), "b12")
    assert labels(network)[0] == "Use BatchNorm1d"


def test_a_missing_flatten_is_inserted(digits: Network) -> None:
    assert labels(remove(digits, ["b11"]))[0] == "Insert Flatten"


def test_several_ends_are_joined_before_one_is_removed(digits: Network) -> None:
    network = Network((*digits.blocks, KINDS["ReLU"](id="side")), (*digits.wires, Wire("b11", "side")))
    found = labels(network)
    assert found[0].startswith("Join the ends with")


def problems_of(network: Network) -> list[tuple[Analysis, Problem]]:
    analysis = analyse(network)
    return [(analysis, problem) for problem in analysis.problems]


def test_each_fix_removes_the_problem_that_it_is_offered_for() -> None:
    checked = 0
    for seed in range(NETWORKS):
        for analysis, problem in problems_of(broken_network(seed)):
            for fix in offered(analysis, problem):
                after = analyse(apply_fix(analysis.network, problem, fix))
                told = (seed, problem.message, fix.label)
                assert (problem.id, problem.message) not in {(p.id, p.message) for p in after.problems}, told
                assert len(after.problems) <= len(analysis.problems), told
                checked += 1
    assert checked > NETWORKS


def test_taking_out_is_never_alone_where_anything_else_helps() -> None:
    for seed in range(0, NETWORKS, 4):
        for analysis, problem in problems_of(broken_network(seed)):
            fixes = offered(analysis, problem)
            if fixes and all(isinstance(fix, Remove) for fix in fixes):
                others = [fix for fix in candidates(analysis, problem) if not isinstance(fix, Remove)]
                assert all(outcome_of(analysis, problem, fix) is None for fix in others), (
                    seed,
                    problem.message,
                )


def test_nearly_all_are_mended_within_five_offered_fixes() -> None:
    broken = mended = 0
    stuck = []
    for seed in range(NETWORKS):
        network = broken_network(seed)
        analysis = analyse(network)
        if not analysis.problems:
            continue
        broken += 1
        for _step in range(STEPS):
            problem = next(iter(analysis.problems), None)
            fixes = offered(analysis, problem) if problem is not None else ()
            if not fixes:
                break
            analysis = analyse(apply_fix(analysis.network, problem, fixes[0]))
        mended += not analysis.problems
        if analysis.problems:
            stuck.append((seed, analysis.problems[0].message))
    assert broken > NETWORKS / 2
    assert mended >= SHARE * broken, (mended, broken, stuck[:10])
