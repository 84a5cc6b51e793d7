/** The end of a script: the network in raw units, its history, and its figures beside those of the run. */
import { code, indented, literal, longLiteral, type PythonValue } from './pythonText';
import type { Plan } from './subject';

export function results(plan: Plan): string {
  return [rawNetwork(plan), SAVE, files(plan), report(plan)].join('\n\n');
}

/** Scaling of the inputs into the first layer, that of the targets into the last: `network/fold.ts`. */
function rawNetwork({ part }: Plan): string {
  return code`
    # The network in raw units: the scaling of the inputs goes into its first layer, that of the targets into its last.
    state = {name: values.detach().double().numpy() for name, values in network.state_dict().items()}
    first, last = "0", str(len(network) - 1)
    ${
      part.lastLayer?.effective !== undefined &&
      code`
        in_use = [values.detach().double().numpy() for values in ${part.lastLayer.effective}]
        state[f"{last}.weight"], state[f"{last}.bias"] = in_use
      `
    }
    state[f"{first}.weight"] = state[f"{first}.weight"] / input_deviation
    state[f"{first}.bias"] = state[f"{first}.bias"] - state[f"{first}.weight"] @ input_mean
    state[f"{last}.weight"] = state[f"{last}.weight"] * target_deviation[:, None]
    state[f"{last}.bias"] = state[f"{last}.bias"] * target_deviation + target_mean
  `;
}

const SAVE = code`
  def save(file, arrays, metadata):
      """A safetensors file: the length of a JSON header, the header, the numbers."""
      header, content = {"__metadata__": metadata}, b""
      for name, values in arrays.items():
          values = np.asarray(values, dtype="<f4")
          header[name] = {
              "dtype": "F32",
              "shape": values.shape,
              "data_offsets": [len(content), len(content) + values.nbytes],
          }
          content += values.tobytes()
      text = json.dumps(header).encode()
      text += b" " * (-len(text) % 8)
      file.write_bytes(len(text).to_bytes(8, "little") + text + content)
`
  .replace(/^/, '\n')
  .concat('\n');

function files(plan: Plan): string {
  const { part, context } = plan;
  const hasHead = part.head !== undefined && context !== null;
  return code`
    model_file = Path(__file__).with_suffix(".trained.safetensors")
    ${hasHead ? headMetadata(plan) : 'save(model_file, state, {"format": "pt"})'}
    history_file = Path(__file__).with_suffix(".history.csv")
    with open(history_file, "w", newline="") as text:
        writer = csv.writer(text)
        figures = [f"{split} {figure}" for split in splits for figure in ("mse", "outside", "min")]
        writer.writerow(["epoch", "loss", "penalty", *figures])
        for entry in history:
            row = [figure for split in splits for figure in entry[split]]
            writer.writerow([entry["epoch"], entry["loss"], entry["penalty"], *row])
    print(f"Wrote {model_file.name} and {history_file.name}")
  `;
}

/** What `runs/recordedHead.ts` reads. */
function headMetadata({ method, variant, functions, context, bounds, variant: { training } }: Plan): string {
  const own = Object.fromEntries(
    Object.keys(method.fields.shape).map((field) => [field, variant.fields[field] as PythonValue]),
  );
  const dict = `{${Object.entries(own)
    .map(([field, value]) => `${literal(field)}: ${literal(value)}`)
    .join(', ')}}`;
  const side = (name: 'MINIMUM' | 'MAXIMUM', sign: string, isThere: boolean): string => {
    if (!isThere) return `[None] * ${bounds.length}`;
    const limits = training.boundMargin > 0 ? `(np.array(${name}) ${sign} margin).tolist()` : name;
    return `[bound if math.isfinite(bound) else None for bound in ${limits}]`;
  };
  const longFormula = indented(longLiteral(functions.head!.formula), 4).trimStart();
  return code`
    # The layers alone are in the file; what follows them is in its metadata.
    description = {
        "method": ${literal(method.name)},
        "fields": ${dict},
        "formula": ${longFormula},
        "min": ${side('MINIMUM', '+', context!.sides !== 'upper')},
        "max": ${side('MAXIMUM', '-', context!.sides !== 'lower')},
        "mean": target_mean.tolist(),
        "deviation": target_deviation.tolist(),
    }
    save(model_file, state, {"format": "pt", "head": json.dumps(description)})
  `;
}

function report({ recorded }: Plan): string {
  return code`
    for split in splits:
        mse, outside, least = history[-1][split]
        print(f"{split}: MSE {mse:.6g}, {outside:.2%} outside, min {least:.4g}")
        ${
          recorded !== null &&
          code`
            mse, outside, least = RECORDED[split]
            print(f"{'the run':>{len(split)}}: MSE {mse:.6g}, {outside:.2%} outside, min {least:.4g}")
          `
        }
  `;
}
