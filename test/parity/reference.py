"""Training in PyTorch, for comparison: the same weights, batches and method, written the way a user would.

Reads one JSON object on standard input, writes one on standard output:
in:  layers, parameters (name -> flat values, weights [out, in]), inputs, targets, batches (lists of row indices),
     min (one per output), method, fields, optimizer {name, momentum}, learningRate, dtype
out: losses (batch mean of the loss before each step), parameters (name -> flat values), rows (name -> flat values)
"""

import json
import math
import sys

import torch


def main() -> None:
    request = json.load(sys.stdin)
    torch.set_num_threads(1)
    dtype = getattr(torch, request.get("dtype", "float32"))
    layers = request["layers"]
    modules = []
    for index in range(len(layers) - 1):
        modules.append(torch.nn.Linear(layers[index], layers[index + 1], dtype=dtype))
        if index + 2 < len(layers):
            modules.append(torch.nn.ReLU())
    model = torch.nn.Sequential(*modules)
    model.load_state_dict(
        {
            name: torch.tensor(request["parameters"][name], dtype=dtype).reshape(value.shape)
            for name, value in model.state_dict().items()
        }
    )
    inputs = torch.tensor(request["inputs"], dtype=dtype)
    targets = torch.tensor(request["targets"], dtype=dtype)
    rate = request["learningRate"]
    if request["optimizer"]["name"] == "adam":
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    else:
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=request["optimizer"]["momentum"])

    low = torch.tensor(request["min"], dtype=dtype)
    method, fields = request["method"], request["fields"]
    rows = {}
    with torch.no_grad():
        first = model(inputs)
        if method == "lagrangian":
            rows["slack"] = torch.sqrt(torch.relu(first - low)) + fields["slackNudge"]
        if method in ("lagrangian", "augmented-lagrangian", "projected-lagrangian", "nu-pi"):
            rows["multiplier"] = torch.zeros_like(first)
        if method == "nu-pi":
            rows["smoothed"] = torch.zeros_like(first)

    losses = []
    for batch in request["batches"]:
        index = torch.tensor(batch)
        prediction = model(inputs[index])
        if method == "softplus":
            prediction = low + torch.nn.functional.softplus(prediction, beta=fields["sharpness"])
        loss = torch.nn.functional.mse_loss(prediction, targets[index])
        total = loss
        if method == "penalty":
            violation = torch.relu(low - prediction)
            total = loss + fields["alpha"] * (violation if fields["form"] == "exact" else violation.square()).mean()
        elif method == "log-barrier":
            violation, sharpness = low - prediction, fields["t"]
            inside = violation <= -1 / sharpness**2
            # The branch not taken must not divide by 0.
            barrier = -torch.log(-torch.where(inside, violation, -1.0)) / sharpness
            line = sharpness * violation - math.log(1 / sharpness**2) / sharpness + 1 / sharpness
            total = loss + torch.where(inside, barrier, line).mean()
        elif method in ("projected-lagrangian", "nu-pi"):
            violation = low - prediction
            move = violation.detach()
            if method == "nu-pi":
                smoothed = fields["smoothing"] * rows["smoothed"][index] + (1 - fields["smoothing"]) * move
                change = smoothed - rows["smoothed"][index]
                rows["smoothed"][index] = smoothed
                move = fields["integralGain"] * move + fields["proportionalGain"] * change
            multiplier = torch.relu(rows["multiplier"][index] + fields["dualLearningRate"] * move)
            total = loss + (multiplier * violation).mean()
            rows["multiplier"][index] = multiplier
        elif method == "lagrangian":
            # Multipliers first; the slack is a leaf of its own, so that autograd gives its gradient too.
            slack = rows["slack"][index].clone().requires_grad_()
            error = prediction - low - slack.square()
            multiplier = rows["multiplier"][index] + fields["dualLearningRate"] * error.detach()
            per_entry = multiplier * error + 0.5 * fields["damping"] * error.square()
            (slack_gradient,) = torch.autograd.grad(per_entry.sum(), slack, retain_graph=True)
            total = loss + per_entry.mean()
            rows["multiplier"][index] = multiplier
            rows["slack"][index] -= fields["slackLearningRate"] * slack_gradient
        elif method == "augmented-lagrangian":
            violation = low - prediction
            strength = fields["penaltyCoefficient"]
            multiplier = torch.relu(rows["multiplier"][index] + fields["dualLearningRate"] * violation.detach())
            pushed = torch.relu(multiplier + strength * violation)
            total = loss + ((pushed.square() - multiplier.square()) / (2 * strength)).mean()
            rows["multiplier"][index] = multiplier
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        losses.append(loss.item())

    json.dump(
        {
            "torch": torch.__version__,
            "losses": losses,
            "parameters": {name: value.flatten().tolist() for name, value in model.state_dict().items()},
            "rows": {name: value.flatten().tolist() for name, value in rows.items()},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
