/** The network and its first weights in Python. */
import { type ActivationName, parameterCount } from '../../network/network';
import { firstWeights } from './firstWeights';
import { code, literal } from './pythonText';
import type { Plan } from './subject';

const MODULES: { readonly [Name in ActivationName]: string } = {
  relu: 'nn.ReLU()',
  tanh: 'nn.Tanh()',
  sigmoid: 'nn.Sigmoid()',
  softplus: 'nn.Softplus()',
  elu: 'nn.ELU()',
  gelu: 'nn.GELU()',
  silu: 'nn.SiLU()',
};

/** From here on more threads than one save time. */
const MANY_PARAMETERS = 50_000;

/** Defines `network`, an `nn.Sequential` of linear layers with the first weights of the run. */
export function network(plan: Plan): string {
  const { experiment, layers } = plan;
  const isSmall = parameterCount({ layers, activation: experiment.network.activation }) < MANY_PARAMETERS;
  const module = MODULES[experiment.network.activation];
  return code`
    widths = [x.shape[1], *HIDDEN, t.shape[1]]
    modules = []
    for width, next_width in zip(widths, widths[1:]):
        modules += [nn.Linear(width, next_width), ${module}]
    network = nn.Sequential(*modules[:-1])  # nothing after the last linear layer
    ${isSmall && 'torch.set_num_threads(1)  # so small a network is trained faster by one'}

    ${firstWeights(plan)}
  `;
}

/** What a method changes of the first weights. */
export function firstLayer({ part, context }: Plan): string {
  if (part.lastLayer !== undefined) {
    return code`
      with torch.no_grad():
          ${part.lastLayer.start}
    `;
  }
  if (part.startInside === undefined || context === null) return '';
  const margin = literal(part.startInside);
  const room = context.sides === 'both' ? `torch.clamp((UPPER - LOWER) / 4, max=${margin})` : margin;
  return code`
    # The barrier needs a start strictly inside: the last layer is shifted there, and made smaller as far as that takes.
    with torch.no_grad():
        outputs = network(x)
        least, most = outputs.amin(dim=0), outputs.amax(dim=0)
        lowest = ${context.sides === 'upper' ? 'torch.full_like(least, -math.inf)' : `LOWER + ${room}`}
        highest = ${context.sides === 'lower' ? 'torch.full_like(most, math.inf)' : `UPPER - ${room}`}
        factor = torch.where(most - least > highest - lowest, (highest - lowest) / (most - least), 1.0)
        shift = torch.clamp(lowest - factor * least, min=0) + torch.clamp(highest - factor * most, max=0)
        network[-1].weight.mul_(factor[:, None])
        network[-1].bias.copy_(factor * network[-1].bias + shift)
  `;
}

/** Python for the outputs of rows `inputs` while training, and in use. */
export function outputsOf({ part }: Plan, use: 'training' | 'prediction', inputs: string): string {
  const linear =
    part.lastLayer?.effective === undefined
      ? `network(${inputs})`
      : `F.linear(network[:-1](${inputs}), *${part.lastLayer.effective})`;
  const hasHead = part.head !== undefined && (use === 'prediction' || part.head.trains);
  return hasHead ? `${part.head.name}(${linear})` : linear;
}
