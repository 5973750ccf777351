"""The passages of a training script, word for word; `chapters` puts in what stands in angle brackets."""

from __future__ import annotations

PICK = '''\
def pick(images, labels, count, device):
    """`count` of the images, always the same ones; all of them where it is None."""
    generator = torch.Generator().manual_seed(0)
    order = torch.randperm(len(labels), generator=generator)
    chosen = order[:count].sort().values
    return images[chosen].to(device), labels[chosen].to(device)
'''

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

NORMALISE = '''\
def normalise(images, mean, std):
    """From 0 to 255 to zero mean and unit deviation: (x / 255 - mean) / std."""
    images = images.to(torch.float32, memory_format=torch.channels_last)
    return images.sub_(255 * mean).mul_(1 / (255 * std))
'''

BATCHES = '''\
def in_batches(order, size):
    """A last batch of one image joins the one before it: BatchNorm needs two."""
    batches = list(order.split(size))
    if len(batches) > 1 and len(batches[-1]) == 1 < size:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches
'''

GUESS = '''\
def guess(net, images):
    """Logits, computed in bfloat16 where that is safe; weights stay float32."""
    with torch.autocast(images.device.type, torch.bfloat16):
        return net(images).float()
'''

EVALUATE = '''\
@torch.inference_mode()
def evaluate(net, images, labels, mean, std):
    """Loss and accuracy of the network as it is."""
    net.eval()
    loss = correct = 0
    for some, classes in zip(images.split(256), labels.split(256), strict=True):
        logits = <net>(normalise(<fit>(some), mean, std))
        loss += F.cross_entropy(logits, classes, reduction="sum").item()
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

# The steps of `main`, a chapter each.

MAKE = """\
<cudnn>
torch.set_num_threads(args.threads)  # sums differ in their last bits with it
torch.manual_seed(args.seed)  # decides on the first weights, and on dropout
net = Net().to(args.device, memory_format=torch.channels_last)
<optimizer>
"""

CUDNN = "torch.backends.cudnn.benchmark = True  # shapes stay the same from step to step"

LOAD = """\
images, labels = map(torch.tensor, load(<folder>))
val = torch.tensor(held_out(labels.numpy(), <val images>))
mean, std = (value.to(args.device) for value in statistics(images[~val]))
val_images, val_labels = pick(images[val], labels[val], args.limit, args.device)
images, labels = pick(images[~val], labels[~val], args.limit, args.device)
print(f"{len(labels)} images to learn from, {len(val_labels)} to measure with")
"""

TRAIN = """\
<lists>
<steps>
for epoch in range(1, args.epochs + 1):
    net.train()
    generator = torch.Generator().manual_seed((args.seed << 20) + epoch)
    order = torch.randperm(len(labels), generator=generator).to(args.device)
    for chosen in in_batches(order, args.batch_size):
        <rate>
        logits = <net>(normalise(<fit>(images[chosen]), mean, std))
        loss = F.cross_entropy(logits, labels[chosen])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        if step <= 10 or step % 100 == 0:
            print(f"step {step}: loss {loss.item()}")
        <keep loss>
    val_loss, accuracy = evaluate(net, val_images, val_labels, mean, std)
    print(f"epoch {epoch}: validation loss {val_loss:.4f}, accuracy {accuracy:.2%}")
    <keep measured>
"""

KEEP = """\
save(net, args.out, mean, std)
"""

STEPS = "step, steps = 0, args.epochs * len(in_batches(labels, args.batch_size))"
STEP = "step = 0"
RATE = 'optimizer.param_groups[0]["lr"] = <function>(step, steps, args.learning_rate)'
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
