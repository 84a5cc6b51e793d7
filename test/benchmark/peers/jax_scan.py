"""JAX as a contestant: one jitted call trains the whole pool of batches with `lax.scan`, its state donated."""

import os

from contestant import parameter_shapes, serve

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def load(request, data):
    # JAX has no setting for its number of threads: it takes one per core that this process may use, which is what
    # `threads` counts.
    os.environ["JAX_PLATFORMS"] = "cpu"
    import jax

    return {"jax": jax.__version__}, lambda: Training(jax, request, data)


class Training:
    def __init__(self, jax, request, data):
        import jax.numpy as jnp
        import numpy as np

        case = request["case"]
        layers, size, pool = case["layers"], case["batchSize"], case["poolBatches"]
        self.jax, self.steps_per_call, self.threads = jax, pool, request["threads"]
        self.inputs = jnp.asarray(np.asarray(data["inputs"]).reshape(pool, size, layers[0]))
        self.targets = jnp.asarray(np.asarray(data["targets"]).reshape(pool, size, layers[-1]))
        flat = np.asarray(data["parameters"])
        parameters, offset = {}, 0
        for name, shape in parameter_shapes(layers):
            parameters[name] = jnp.asarray(flat[offset : offset + np.prod(shape)].reshape(shape))
            offset += int(np.prod(shape))
        zeros = lambda: {name: jnp.zeros_like(value) for name, value in parameters.items()}
        self.state = (parameters, zeros(), zeros(), jnp.zeros((), jnp.float32))
        rate, minimum, alpha = case["learningRate"], case["minimum"], case["alpha"]
        last = 2 * (len(layers) - 2)

        def objective(parameters, inputs, targets):
            outputs = inputs
            for index in range(0, last + 1, 2):
                outputs = outputs @ parameters[f"{index}.weight"] + parameters[f"{index}.bias"]
                if index != last:
                    outputs = jax.nn.relu(outputs)
            loss = jnp.mean((outputs - targets) ** 2)
            return loss + alpha * jnp.mean(jax.nn.relu(minimum - outputs) ** 2), loss

        def step(state, batch):
            parameters, first, second, count = state
            gradients, loss = jax.grad(objective, has_aux=True)(parameters, *batch)
            count = count + 1
            first = {n: BETA_1 * first[n] + (1 - BETA_1) * gradients[n] for n in parameters}
            second = {n: BETA_2 * second[n] + (1 - BETA_2) * gradients[n] ** 2 for n in parameters}
            size = rate / (1 - BETA_1**count)
            root = jnp.sqrt(1 - BETA_2**count)
            parameters = {
                n: parameters[n] - size * first[n] / (jnp.sqrt(second[n]) / root + EPSILON) for n in parameters
            }
            return (parameters, first, second, count), loss

        def all_steps(state, inputs, targets):
            return jax.lax.scan(step, state, (inputs, targets))

        # Compiled when it is first called, and timed there.
        self.all_steps = jax.jit(all_steps, donate_argnums=0)

    def describe(self):
        return "jax.jit of lax.scan over the pool of batches, donated state, Adam by hand"

    def run(self, first, count):
        if first % self.steps_per_call or count % self.steps_per_call:
            raise ValueError("whole pools only")
        for _ in range(count // self.steps_per_call):
            self.state, losses = self.all_steps(self.state, self.inputs, self.targets)
        return self.jax.block_until_ready(losses)


if __name__ == "__main__":
    serve(load)
