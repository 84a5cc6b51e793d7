/** The network's first weights in Python: drawn as in the run, or a user's own from a file. */
import { code, constant } from './pythonText';
import type { Plan } from './subject';

/** Of the settings: from where the weights are, and which tensors. */
export function startSettings({ start }: Plan): string[] {
  if (start === null) return [];
  return [
    '# The network to start from, in the units of the data, and the names of its layers in the file.',
    `START = ${start.file}`,
    constant('START_LAYERS', start.layers),
    constant('START_FINGERPRINT', start.fingerprint, 'its SHA-256 when the run started from it'),
  ];
}

export function firstWeights({ start }: Plan): string {
  return start === null ? DRAWN : FROM_FILE;
}

const DRAWN = code`
  stream = Random(SEED, WEIGHTS)
  with torch.no_grad():
      for layer in network[::2]:
          # As PyTorch draws them: uniform within ±1/√inputs; input after input, and the biases after the weights.
          limit = 1 / math.sqrt(layer.in_features)
          drawn = [(2 * stream.uniform() - 1) * limit for _ in range(layer.weight.numel())]
          layer.weight.copy_(torch.tensor(drawn).reshape(layer.in_features, layer.out_features).T)
          layer.bias.copy_(torch.tensor([(2 * stream.uniform() - 1) * limit for _ in layer.bias]))
`;

/** `network/unfold.ts`. */
const FROM_FILE = code`
  def read_tensors(content):
      """Of a safetensors file, in double precision: the length of a JSON header, the header, the numbers."""
      types = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
      start = 8 + int.from_bytes(content[:8], "little")
      tensors = {}
      for name, entry in json.loads(content[8:start]).items():
          if name != "__metadata__":
              begin, end = entry["data_offsets"]
              numbers = torch.frombuffer(bytearray(content[start + begin : start + end]), dtype=types[entry["dtype"]])
              tensors[name] = numbers.double().reshape(entry["shape"])
      return tensors


  content = START.read_bytes()
  if hashlib.sha256(content).hexdigest() != START_FINGERPRINT:
      print(f"{START.name} is not the file that the run started from: it has changed since, and so will the figures.")
  start = read_tensors(content)
  first, last = START_LAYERS[0], START_LAYERS[-1]
  # The file is of raw units: the scaling of the inputs goes out of the first layer, that of the targets out of the last.
  start[f"{first}.bias"] = start[f"{first}.bias"] + start[f"{first}.weight"] @ torch.tensor(input_mean)
  start[f"{first}.weight"] = start[f"{first}.weight"] * torch.tensor(input_deviation)
  start[f"{last}.bias"] = (start[f"{last}.bias"] - torch.tensor(target_mean)) / torch.tensor(target_deviation)
  start[f"{last}.weight"] = start[f"{last}.weight"] / torch.tensor(target_deviation)[:, None]
  with torch.no_grad():
      for layer, name in zip(network[::2], START_LAYERS):
          layer.weight.copy_(start[f"{name}.weight"])
          layer.bias.copy_(start[f"{name}.bias"])
`;
