"""PyTorch as a contestant: the same network, loss, penalty and Adam, in the forms a user would write.

Modes (the request's "mode"):
    eager             nn.Sequential, torch.optim.Adam as it comes (foreach)
    eager-fused       the same with Adam(fused=True)
    compile           torch.compile of model and loss (their backward pass with them), Adam(fused=True)
    compile-optimizer torch.compile of model and loss, and of the step of Adam (foreach), each one graph
    compile-step      the whole step as one compiled function: torch.func gradients, Adam by hand, in place; called
                      through cpp_wrapper, which saves a tenth of a small step

Subnormal numbers are flushed to 0 (torch.set_flush_denormal), which never makes it slower.
"""

from contestant import parameter_shapes, serve

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def load(request, data):
    import torch

    # Before the first parallel work: the threads of its pool take the mode over from this one.
    torch.set_flush_denormal(True)
    torch.set_num_threads(request["threads"])
    torch.manual_seed(0)
    return {"torch": torch.__version__}, lambda: Training(torch, request, data)


class Training:
    def __init__(self, torch, request, data):
        self.steps_per_call = 1
        self.threads = torch.get_num_threads()
        self.mode = request["mode"]
        case = request["case"]
        layers, size = case["layers"], case["batchSize"]
        self.pool = case["poolBatches"]
        inputs = torch.frombuffer(data["inputs"], dtype=torch.float32)
        targets = torch.frombuffer(data["targets"], dtype=torch.float32)
        # Batches in order, each contiguous: no gathering is timed.
        self.batches = list(
            zip(
                inputs.clone().view(self.pool, size, layers[0]).unbind(),
                targets.clone().view(self.pool, size, layers[-1]).unbind(),
            )
        )
        modules = []
        for index in range(len(layers) - 1):
            modules.append(torch.nn.Linear(layers[index], layers[index + 1]))
            if index + 2 < len(layers):
                modules.append(torch.nn.ReLU())
        model = torch.nn.Sequential(*modules)
        model.load_state_dict(first_parameters(torch, case, data))
        self.take = STEPS[self.mode](torch, model, case)

    def describe(self):
        return DESCRIPTIONS[self.mode]

    def run(self, first, count):
        losses = []
        for index in range(first, first + count):
            inputs, targets = self.batches[index % self.pool]
            losses.append(self.take(inputs, targets))
        return losses


def first_parameters(torch, case, data):
    flat = torch.frombuffer(data["parameters"], dtype=torch.float32)
    values, offset = {}, 0
    for name, shape in parameter_shapes(case["layers"]):
        size = 1
        for width in shape:
            size *= width
        value = flat[offset : offset + size].view(shape)
        # PyTorch keeps weights [out, in].
        values[name] = (value.T if len(shape) == 2 else value).contiguous().clone()
        offset += size
    return values


def objective(torch, forward, case):
    """`(inputs, targets) -> (loss + penalty, loss)`; `forward` gives the outputs."""
    minimum, alpha = case["minimum"], case["alpha"]

    def of(*arguments):
        *inputs, targets = arguments
        outputs = forward(*inputs)
        loss = (outputs - targets).square().mean()
        penalty = alpha * torch.relu(minimum - outputs).square().mean()
        return loss + penalty, loss

    return of


def eager(torch, model, case, fused=False, compiled=False, compiled_optimizer=False):
    objective_of = objective(torch, model, case)
    if compiled:
        objective_of = torch.compile(objective_of, fullgraph=True, dynamic=False)
    rate = case["learningRate"]
    if compiled_optimizer:
        optimizer = torch.optim.Adam(model.parameters(), lr=rate, foreach=True)
        update = torch.compile(optimizer.step)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=rate, **({"fused": True} if fused else {}))
        update = optimizer.step

    def take(inputs, targets):
        total, loss = objective_of(inputs, targets)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        update()
        return loss.detach()

    return take


def whole_step(torch, model, case):
    """One graph with everything in it; Adam's moments unscaled as in Orthant, two numbers a step."""
    parameters = {name: value.detach().clone() for name, value in model.named_parameters()}
    first = {name: torch.zeros_like(value) for name, value in parameters.items()}
    second = {name: torch.zeros_like(value) for name, value in parameters.items()}

    def forward(values, inputs):
        names = sorted({int(name.split(".")[0]) for name in values})
        for index in names:
            inputs = torch.nn.functional.linear(inputs, values[f"{index}.weight"], values[f"{index}.bias"])
            if index != names[-1]:
                inputs = torch.relu(inputs)
        return inputs

    differentiate = torch.func.grad(objective(torch, forward, case), has_aux=True)

    @torch.compile(fullgraph=True, dynamic=False, options={"cpp_wrapper": True})
    def take_one(parameters, first, second, inputs, targets, step_size, epsilon):
        gradients, loss = differentiate(parameters, inputs, targets)
        for name, gradient in gradients.items():
            first[name].mul_(BETA_1).add_(gradient)
            second[name].mul_(BETA_2).add_(gradient.square())
            parameters[name].sub_(step_size * first[name] / (second[name].sqrt() + epsilon))
        return loss

    state = {"step": 0}

    def take(inputs, targets):
        state["step"] += 1
        a = (1 - BETA_1) / (1 - BETA_1 ** state["step"])
        b = ((1 - BETA_2) / (1 - BETA_2 ** state["step"])) ** 0.5
        # In tensors, else each new value would compile anew.
        step_size = torch.tensor(case["learningRate"] * a / b)
        with torch.no_grad():
            return take_one(parameters, first, second, inputs, targets, step_size, torch.tensor(EPSILON / b))

    return take


STEPS = {
    "eager": eager,
    "eager-fused": lambda *parts: eager(*parts, fused=True),
    "compile": lambda *parts: eager(*parts, fused=True, compiled=True),
    "compile-optimizer": lambda *parts: eager(*parts, compiled=True, compiled_optimizer=True),
    "compile-step": whole_step,
}

DESCRIPTIONS = {
    "eager": "nn.Sequential, torch.optim.Adam as it comes (foreach)",
    "eager-fused": "nn.Sequential, torch.optim.Adam(fused=True)",
    "compile": "torch.compile of model and loss with their backward pass, torch.optim.Adam(fused=True)",
    "compile-optimizer": "torch.compile of model and loss with their backward pass, and of Adam's step (foreach)",
    "compile-step": "torch.compile of the whole step as one graph: torch.func.grad, Adam by hand, in place, cpp_wrapper",
}

if __name__ == "__main__":
    serve(load)
