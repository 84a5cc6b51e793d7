/** Figures and the training loop in Python. */
import type { LossName } from '../../step/loss';
import { outputsOf } from './network';
import { code } from './pythonText';
import type { Plan } from './subject';

const LOSSES: { readonly [Name in LossName]: string } = {
  mse: 'F.mse_loss',
  mae: 'F.l1_loss',
  huber: 'F.huber_loss',
};

/** Defines `measured()`, the figures of both splits as they are now. */
export function figures(plan: Plan): string {
  const outside = {
    none: 'np.zeros_like(outputs)',
    lower: 'outputs < MINIMUM',
    upper: 'outputs > MAXIMUM',
    both: '(outputs < MINIMUM) | (outputs > MAXIMUM)',
  }[plan.context?.sides ?? 'none'];
  return code`
    splits = {"train": (x, train_targets)}
    if len(held_out_inputs) > 0:
        splits["held out"] = (scaled(held_out_inputs, input_mean, input_deviation), held_out_targets)


    @torch.no_grad()
    def measured():
        """Of each split: mean squared error, share of outputs outside their bounds, smallest output."""
        figures = {}
        for split, (inputs, targets) in splits.items():
            outputs = ${outputsOf(plan, 'prediction', 'inputs')}.numpy() * target_deviation + target_mean
            outside = ${outside}
            figures[split] = ((outputs - targets) ** 2).mean(), outside.mean(), outputs.min()
        return figures
  `;
}

export function training(plan: Plan): string {
  return [optimizer(plan), keptTensors(plan), loop(plan)].filter((text) => text !== '').join('\n\n');
}

function optimizer({ variant }: Plan): string {
  const { optimizer, momentum, schedule } = variant.training;
  const made =
    optimizer === 'adam'
      ? 'torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)'
      : `torch.optim.SGD(network.parameters(), lr=LEARNING_RATE${momentum > 0 ? ', momentum=MOMENTUM' : ''})`;
  if (schedule === 'constant') return `optimizer = ${made}`;
  return code`
    steps = math.ceil(len(x) / BATCH_SIZE) * EPOCHS


    def cosine(step):
        """The learning rate as a share of the first one, from 1 down to 0. Source: arXiv 1608.03983, eq. 5."""
        return (1 + math.cos(math.pi * step / steps)) / 2


    optimizer = ${made}
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, cosine)
  `;
}

function keptTensors(plan: Plan): string {
  const { part, context } = plan;
  const kept = Object.entries(part.kept ?? {});
  if (kept.length === 0 || context === null) return '';
  const isPerOutput = part.perOutput !== undefined;
  const shape = context.sides === 'both' ? '2, 1, t.shape[1]' : '1, t.shape[1]';
  const entries = kept.map(([name, value]) => `"${name}": ${value}`);
  return isPerOutput
    ? code`
        # Kept from step to step, per output.
        g = torch.zeros(${shape})
        kept = {${entries.join(', ')}}
      `
    : code`
        # Kept from visit to visit, per training row and output.
        with torch.no_grad():
            g = violation(${outputsOf(plan, 'training', 'x')})
        kept = {${entries.join(', ')}}
      `;
}

/** The exact last layer is a moment of its own after the last epoch. */
const POLISHED = code`

  polish()
  history.append({"epoch": EPOCHS, "loss": None, "penalty": None, **measured()})
`;

function loop(plan: Plan): string {
  const hasTerm = plan.part.term !== undefined && plan.context !== null;
  return code`
    history = [{"epoch": 0, "loss": None, "penalty": None, **measured()}]
    for epoch in range(EPOCHS):
        losses, penalties = [], []
        order = torch.tensor(Random(SEED, BATCHES, epoch).shuffled(len(x)))
        for batch in order.split(BATCH_SIZE):
            ${hasTerm ? constrainedStep(plan) : plainStep(plan)}
            ${plan.variant.training.schedule === 'cosine' && 'schedule.step()'}
            losses.append(loss.item())
            penalties.append(${hasTerm ? 'penalty.item()' : '0.0'})
        history.append({"epoch": epoch + 1, "loss": np.mean(losses), "penalty": np.mean(penalties), **measured()})
        if (epoch + 1) % max(1, EPOCHS // 10) == 0 or epoch + 1 == EPOCHS:
            mse, outside, least = history[-1]["train"]
            print(f"epoch {epoch + 1}: training MSE {mse:.6g}, {outside:.2%} outside, min {least:.4g}")
    ${plan.polishes && POLISHED}
  `;
}

function plainStep(plan: Plan): string {
  return code`
    loss = ${lossOf(plan, outputsOf(plan, 'training', 'x[batch]'))}
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    ${plan.part.lastLayer?.project !== undefined && `${plan.part.lastLayer.project}()`}
  `;
}

function lossOf({ variant }: Plan, outputs: string): string {
  return `${LOSSES[variant.training.loss]}(${outputs}, t[batch])`;
}

function constrainedStep(plan: Plan): string {
  const { part } = plan;
  const names = namesOf(plan);
  const isKept = Object.keys(part.kept ?? {}).length > 0 && part.perOutput === undefined;
  const at = plan.context!.sides === 'both' ? ':, batch' : 'batch';
  return code`
    outputs = ${outputsOf(plan, 'training', 'x[batch]')}
    loss = ${lossOf(plan, 'outputs')}
    ${names.constraint} = ${names.of('outputs')}
    ${isKept && `own = {name: table[${at}] for name, table in kept.items()}`}
    ${orderedStep(plan, names)}
    ${
      isKept &&
      code`
        for name, table in kept.items():
            table[${at}] = own[name]
      `
    }
  `;
}

/** How Python names what a step works with. */
interface Names {
  /** The violations of a batch, or its constraint per output. */
  readonly constraint: string;
  /** What is kept, of the batch's rows or per output. */
  readonly kept: string;
  of(outputs: string): string;
  penalty(constraint: string, kept: string): string;
  ascend(constraint: string, kept: string): string;
}

function namesOf({ part, functions, context }: Plan): Names {
  const isProxy = part.perOutput === 'proxy';
  const reduced =
    functions.reduction === 'sum' ? '.sum()' : context!.sides === 'both' ? '.sum(dim=0).mean()' : '.mean()';
  return {
    constraint: part.perOutput === 'same' ? 'c' : 'g',
    kept: part.perOutput === undefined ? 'own' : 'kept',
    of: (outputs) => (part.perOutput === 'same' ? `constraint(violation(${outputs}))` : `violation(${outputs})`),
    penalty: (constraint, kept) => {
      const first = isProxy ? `felt(${constraint})` : constraint;
      const further = part.term!.map((argument) => (argument === 'kept' ? kept : argument));
      return `term(${[first, ...further].join(', ')})${reduced}`;
    },
    ascend: (constraint, kept) => `ascend(${isProxy ? `actual(${constraint})` : constraint}, ${kept})`,
  };
}

/** The step of the weights, and those of what is kept, in the order that the variant says. */
function orderedStep(plan: Plan, { constraint, kept, of, penalty, ascend }: Names): string {
  const { part, functions } = plan;
  const here = `${constraint}.detach()`;
  const weights = code`
    penalty = ${penalty(constraint, kept)}
    optimizer.zero_grad()
    (loss + penalty).backward()
    optimizer.step()
  `;
  const descends = part.descends && `${kept} |= descend(${here}, ${kept})`;
  if (!part.ascends) return weights;
  switch (functions.order) {
    case 'dual-first':
      return code`
        # Multipliers first: the weights feel the new ones.
        ${kept} |= ${ascend(here, kept)}
        ${weights}
        ${descends ?? false}
      `;
    case 'simultaneous':
      return code`
        ${weights}
        ${kept} |= ${part.descends ? `descend(${here}, ${kept}) | ` : ''}${ascend(here, kept)}
      `;
    case 'primal-first':
      return code`
        # Weights first: the multipliers move with the new outputs.
        ${weights}
        ${descends ?? false}
        with torch.no_grad():
            ${kept} |= ${ascend(of(outputsOf(plan, 'training', 'x[batch]')), kept)}
      `;
    case 'extragradient':
      return code`
        # A trial step of weights and multipliers first, then the step from where they were with what is felt there.
        weights, moments = copy.deepcopy(network.state_dict()), copy.deepcopy(optimizer.state_dict())
        ${weights}
        trial = ${kept} | ${ascend(here, kept)}
        outputs = ${outputsOf(plan, 'training', 'x[batch]')}
        there = ${of('outputs')}
        optimizer.zero_grad()
        (${lossOf(plan, 'outputs')} + ${penalty('there', 'trial')}).backward()
        network.load_state_dict(weights)
        optimizer.load_state_dict(moments)
        optimizer.step()
        ${kept} |= ${ascend('there.detach()', kept)}
      `;
  }
}
