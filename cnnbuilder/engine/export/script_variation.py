"""What a training script has of augmentation, balance and normalisation: the program's own functions, called."""

from __future__ import annotations

from cnnbuilder.engine.augmentation_steps import KEYS, MODULE, augmentation_steps, mixes, varies
from cnnbuilder.engine.export import script_templates
from cnnbuilder.engine.normalisation import figures_given
from cnnbuilder.engine.source_text import functions_of
from cnnbuilder.network.data import OWN, Data
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project

_BALANCE = "cnnbuilder.engine.balance"
_INDENT = "\n        "


def varies_loss(data: Data) -> bool:
    """Whether the loss is more than the mean over a batch."""
    return data.balance == "weights" or mixes(data.augmentation)


def variation(data: Data) -> tuple[str, ...]:
    """The functions that vary images, draw and weight classes: only what the data asks for."""
    steps = augmentation_steps(data.augmentation)
    names: list[str] = []
    if varies(data.augmentation):
        names += [
            *KEYS,
            *(name for step in steps for name in (step.function, *step.needs)),
            "in_whole_numbers",
        ]
        names += ["mixed", "beta", "rectangles"] if mixes(data.augmentation) else []
    elif data.balance == "sampling":
        names += ["scrambled", "image_keys"]
    balance = []
    if varies(data.augmentation) or data.balance == "sampling":
        balance.append("times_before")
    if data.balance != "none":
        balance.append({"sampling": "balanced_order", "weights": "class_weights"}[data.balance])
    taken = [(MODULE, name) for name in dict.fromkeys(names)] + [(_BALANCE, name) for name in balance]
    return tuple(functions_of(module, name) for module, name in taken)


def needs_rows(data: Data) -> bool:
    """Whether it hangs on the images' places in the prepared array what is done with them."""
    return varies(data.augmentation) or data.balance != "none"


def needs_math(data: Data) -> bool:
    """Whether one of the functions imports it."""
    return bool(data.augmentation.erasing) or mixes(data.augmentation)


def varied_words(project: Project) -> dict[str, str]:
    """What stands at the places of the templates."""
    data = project.data
    channels = (input_shape(project.network) or (3, 0, 0))[0]
    given = figures_given(data.normalisation, channels)
    augmented = varies(data.augmentation)
    weights = "weights" if data.balance == "weights" else "None"
    order = script_templates.BALANCED_ORDER if data.balance == "sampling" else script_templates.ORDER
    loss = ""
    if mixes(data.augmentation):
        loss = script_templates.OTHERS.format(weights=weights)
    elif data.balance == "weights":
        loss = "loss_of = varied_loss(weights, None, None)"
    rows = script_templates.OWN_ROWS if isinstance(data.source, OWN) else script_templates.ROWS
    return {
        "<rows>": rows if needs_rows(data) else "",
        "<weights>": script_templates.WEIGHTS if data.balance == "weights" else "",
        "<order>": order if augmented else f"{order}.to(args.device)",
        "<times>": script_templates.TIMES.replace("\n", "\n    ") if augmented else "",
        "<batches>": script_templates.BATCHES_AND_TIMES if augmented else script_templates.BATCHES,
        "<keys>": script_templates.KEYS.replace("\n", _INDENT) if augmented else "",
        "<augmentation>": _INDENT.join(_calls(data)),
        "<pixels>": "batch" if augmented else "<fit>(images[chosen])",
        "<loss>": loss.replace("\n", _INDENT),
        "<labels>": "labels[chosen], loss_of" if loss else "labels[chosen]",
        "<statistics>": ", ".join(map(_tensor, given)) if given else "statistics(images[~val])",
    }


def _calls(data: Data) -> list[str]:
    """A line for each thing that is done with a batch of uint8 images."""
    if not varies(data.augmentation):
        return []
    calls = [
        f"batch = {step.function}(batch, keys, {', '.join(map(repr, step.arguments))})"
        for step in augmentation_steps(data.augmentation)
    ]
    calls.append("batch = in_whole_numbers(batch)")
    if mixes(data.augmentation):
        a = data.augmentation
        calls.append(script_templates.MIX.format(mixup=a.mixup, cutmix=a.cutmix))
    return calls


def _tensor(values: tuple[float, ...]) -> str:
    return f"torch.tensor([{', '.join(map(repr, values))}]).view(1, -1, 1, 1)"
