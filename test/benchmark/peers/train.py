"""The weather example as a plain PyTorch script, the way a user would write it: prints the loss of every step."""

import csv
import math
import sys
from datetime import date

import torch

with open(sys.argv[1], newline="") as file:
    rows = list(csv.DictReader(file))
angles = [2 * math.pi * date.fromisoformat(row["date"]).timetuple().tm_yday / 365.25 for row in rows]
inputs = torch.tensor(
    [
        [float(row["temp_max"]), float(row["temp_min"]), math.sin(angle), math.cos(angle)]
        for row, angle in zip(rows, angles)
    ]
)
targets = torch.tensor([[float(row["precipitation"]), float(row["wind"])] for row in rows])

torch.manual_seed(0)
order = torch.randperm(len(rows))
train = order[len(rows) // 5 :]
mean, deviation = targets[train].mean(0), targets[train].std(0)
x = (inputs[train] - inputs[train].mean(0)) / inputs[train].std(0)
y = (targets[train] - mean) / deviation
low = -mean / deviation

model = torch.nn.Sequential(
    torch.nn.Linear(4, 64),
    torch.nn.ReLU(),
    torch.nn.Linear(64, 64),
    torch.nn.ReLU(),
    torch.nn.Linear(64, 2),
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
for epoch in range(300):
    for batch in torch.randperm(len(x)).split(128):
        prediction = model(x[batch])
        loss = torch.nn.functional.mse_loss(prediction, y[batch])
        penalty = 10 * torch.relu(low - prediction).square().mean()
        optimizer.zero_grad()
        (loss + penalty).backward()
        optimizer.step()
        print(f"epoch {epoch} loss {loss.item():.4f}", flush=True)
