"""The templates of a training script, word for word; `script_sections` puts in what stands in angle brackets."""

from __future__ import annotations

STATISTICS = '''\
def statistics(images):
    """Mean and standard deviation of each channel; black is 0 and white is 1."""
    count = sums = squares = 0  # whole numbers, which float64 adds up exactly
    for some in images.split(100):
        values = <fit>(some).double()
        count += values[:, 0].numel()
        sums += values.sum((0, 2, 3), keepdim=True)
        squares += values.square().sum((0, 2, 3), keepdim=True)
    mean = sums / count
    std = (squares / count - mean * mean).sqrt()
    return (mean / 255).float(), (std / 255).float()
'''

EVALUATE = '''\
@torch.inference_mode()
def evaluate(net, images, labels, shift, scale):
    """Loss and accuracy of the network as it is."""
    net.eval()
    <lower precision>
    loss = correct = 0
    for some, classes in zip(images.split(256), labels.split(256), strict=True):
        logits = <forward>(normalise(<fit>(some), shift, scale))
        loss += cross_entropy(logits, classes, "sum").item()
        correct += (logits.argmax(1) == classes).sum().item()
    return loss / len(labels), correct / len(labels)
'''

SAVE = '''\
def save(net, path, mean, std):
    """Weights, classes and preparation: .safetensors, or .pt where that is missing."""
    weights = {name: w.cpu().contiguous() for name, w in net.state_dict().items()}
    preparation = {"mean": mean.flatten().tolist(), "std": std.flatten().tolist()}
    about = {"classes": json.dumps(CLASSES), "preparation": json.dumps(preparation)}
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        from safetensors.torch import save_file
    except ImportError:
        path = path.with_name(f"{path.name}.pt")
        torch.save({"weights": weights, **about}, path)
    else:
        path = path.with_name(f"{path.name}.safetensors")
        save_file(weights, path, about)
    print(f"Saved {path}")
'''

# The steps of `main`, a section each.

MAKE = """\
<cudnn>
torch.set_num_threads(args.threads)  # sums differ in their last bits with it
torch.manual_seed(args.seed)  # decides on the first weights, and on dropout
net = Net().to(args.device, memory_format=torch.channels_last)
<lower precision>
<optimizer>
"""

CUDNN = "torch.backends.cudnn.benchmark = True  # shapes stay the same from step to step"

LOAD = """\
images, labels = map(torch.tensor, load(<folder>))
val = <val>
mean, std = <statistics>
shift, scale = (255 * mean).to(args.device), (1 / (255 * std)).to(args.device)
val_images, val_labels = pick(images[val], labels[val], args.limit, args.device)
<rows>
images, labels = pick(images[~val], labels[~val], args.limit, args.device)
<weights>
print(f"{len(labels)} images to learn from, {len(val_labels)} to measure with")
"""

TRAIN = """\
<lists>
<steps>
for epoch in range(1, args.epochs + 1):
    net.train()
    order = <order>
    <times>
    <batches>
        <rate>
        <keys>
        <augmentation>
        batch = normalise(<pixels>, shift, scale)
        <loss>
        loss, _logits = forward_backward(<forward>, batch, <labels>)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        if step <= 10 or step % 100 == 0:
            print(f"step {step}: loss {loss.item()}")
        <keep loss>
    val_loss, accuracy = evaluate(net, val_images, val_labels, shift, scale)
    print(f"epoch {epoch}: validation loss {val_loss:.4f}, accuracy {accuracy:.2%}")
    <keep measured>
"""

OWN_ROWS = 'rows, drawn = pick(torch.tensor(PLACES), labels[~val], args.limit, "cpu")'
ROWS = 'rows, drawn = pick(torch.arange(len(labels))[~val], labels[~val], args.limit, "cpu")'
WEIGHTS = "weights = class_weights(drawn, len(CLASSES)).to(args.device)"
ORDER = "shuffled(len(labels), args.seed, epoch)"
BALANCED_ORDER = "balanced_order(drawn, rows, args.seed, epoch)"
BATCHES = "for chosen in in_batches(order, args.batch_size):"
TIMES = """\
batches = in_batches(order, args.batch_size)
times = in_batches(times_before(order), args.batch_size)"""
BATCHES_AND_TIMES = "for chosen, before in zip(batches, times, strict=True):"
KEYS = """\
keys = image_keys(args.seed, epoch, rows[chosen], before)
chosen = chosen.to(args.device)
batch = <fit>(images[chosen])"""
MIX = "batch, partners, shares = mixed(batch, keys, {mixup!r}, {cutmix!r})"
OTHERS = """\
others = labels[chosen][partners.to(args.device)]
loss_of = varied_loss({weights}, others, shares.to(args.device))"""

KEEP = """\
save(net, args.out, mean, std)
"""

STEPS = "step, steps = 0, args.epochs * len(in_batches(labels, args.batch_size))"
STEP = "step = 0"
RATE = 'optimizer.param_groups[0]["lr"] = <function>(step, steps, args.learning_rate)'
IN_BFLOAT16 = "forward = in_bfloat16(net)"
LISTS = "losses, measured = [], []"
KEEP_LOSS = "losses.append(loss.detach())"
KEEP_MEASURED = "measured.append((step, val_loss))"

CURVES = """\
try:
    import matplotlib.pyplot as plt
except ImportError:
    print("The curves are drawn with matplotlib, which is not installed here.")
else:
    every_step = range(1, step + 1)
    plt.plot(every_step, torch.stack(losses).cpu(), linewidth=0.5, label="training")
    plt.plot(*torch.tensor(measured).T, "o-", label="validation")
    plt.xlabel("step")
    plt.ylabel("loss")
    plt.legend()
    plt.show()
"""
