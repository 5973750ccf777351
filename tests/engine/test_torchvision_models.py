"""The names of torchvision's networks: all of them, none made up, and the nearest for one that is mistyped."""

from __future__ import annotations

import pytest
import torchvision.models

from cnnbuilder.engine.torchvision_models import NETWORKS, TRANSFORMERS, UnknownNetworkError, find


def test_they_are_torchvisions_own_list_without_its_transformers() -> None:
    theirs = torchvision.models.list_models(module=torchvision.models)
    assert sorted(NETWORKS) == sorted(name for name in theirs if not name.startswith(TRANSFORMERS))
    assert len(NETWORKS) == 68


@pytest.mark.parametrize("name", NETWORKS)
def test_each_is_found_by_its_name_however_it_is_written(name: str) -> None:
    assert find(name) == find(name.upper()) == find(name.replace("_", "-")) == find(f" {name} ") == name


def test_a_name_without_its_hyphens_is_found_where_it_is_one_network_only() -> None:
    assert find("ResNet-50") == find("resnet 50") == "resnet50"
    assert find("EfficientNetB0") == "efficientnet_b0"
    assert find("regnet_y_1.6gf") == "regnet_y_1_6gf"
    assert find("regnet_y_16gf") == "regnet_y_16gf"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("resnet5", "did you mean resnet50?"),
        ("densnet121", "did you mean densenet121?"),
        ("inception", "did you mean inception_v3?"),
        ("xyzzy", "It has 68, among them resnet50."),
        ("", "It has 68"),
        ("a" * 400, "…”"),
        ("vit_b_16", "vit_b_16 is a transformer"),
        ("Swin_T", "is a transformer"),
        ("maxvit_t", "is a transformer"),
    ],
)
def test_a_name_that_is_none_gets_its_sentence(name: str, sentence: str) -> None:
    with pytest.raises(UnknownNetworkError) as refused:
        find(name)
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 200
