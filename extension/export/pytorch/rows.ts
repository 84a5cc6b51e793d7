/** Reading the rows in Python, split as in the run, and how they are scaled. */
import { code, constant, literal } from './pythonText';
import type { Plan } from './subject';

/** Defines `train_inputs`, `train_targets`, `held_out_inputs` and `held_out_targets`, `[rows, columns]` float32. */
export function readRows(plan: Plan): string {
  const { rows } = plan;
  const read =
    rows.from === 'copy'
      ? READ_COPY
      : [rows.reading.plainText === null ? readWithDuckDb(plan) : readText(plan), split(plan)].join('\n\n');
  return [read, CHECK_ROWS].join('\n\n');
}

const READ_COPY = code`
  # A safetensors file: the length of a JSON header, the header, the numbers.
  content = ROWS.read_bytes()
  start = 8 + int.from_bytes(content[:8], "little")
  tensors = {}
  for name, entry in json.loads(content[8:start]).items():
      if name != "__metadata__":
          begin, end = entry["data_offsets"]
          tensors[name] = np.frombuffer(content[start + begin : start + end], "<f4").reshape(entry["shape"])
  train_inputs, train_targets = tensors["train.inputs"], tensors["train.targets"]
  held_out_inputs, held_out_targets = tensors["held_out.inputs"], tensors["held_out.targets"]
`;

/** With the standard library, where numbers mean the same to any reader. */
function readText({ rows, experiment }: Plan): string {
  const { validation } = experiment.data;
  const delimiter = rows.from === 'files' ? rows.reading.plainText!.delimiter : ',';
  const isNumber = typeof validation === 'object' && typeof validation.equals === 'number';
  return code`
    with open(FOLDER / FILES[0], newline="", encoding="utf-8-sig") as text:
        table = list(csv.DictReader(text${delimiter !== ',' && `, delimiter=${literal(delimiter)}`}))
    inputs = np.array([[float(row[name]) for name in INPUTS] for row in table]).astype(np.float32)
    targets = np.array([[float(row[name]) for name in TARGETS] for row in table]).astype(np.float32)
    ${
      typeof validation === 'object' &&
      code`
        column, value = HELD_OUT
        is_held_out = np.array([${isNumber ? 'row[column] != "" and float(row[column]) == value' : 'row[column] == value'} for row in table])
      `
    }
  `;
}

/** With what Orthant itself reads them, which takes its SQL. */
function readWithDuckDb({ rows }: Plan): string {
  if (rows.from !== 'files') throw new Error('internal: rows that are copied are not read');
  const { reading } = rows;
  const columns = [...reading.inputs, ...reading.targets];
  const areNumbers = columns.every(({ isList }) => !isList);
  const arePlain = areNumbers && columns.every(({ name }) => !name.includes('"'));
  const [before, after] = reading.readCall('\u0000').split('\u0000');
  const isMarked = reading.heldOut !== null;
  const select = arePlain
    ? `columns = [f'CAST("{name}" AS FLOAT)' for name in INPUTS + TARGETS]`
    : constant(
        'columns',
        columns.map(({ expression }) => expression),
      );
  const relation = reading.query === null ? '"source"' : '"(" + QUERY + "\\n)"';
  return code`
    database = duckdb.connect(${reading.query !== null && 'config={"threads": 1}'})
    files = ", ".join("'" + glob.escape(str(FOLDER / name)).replace("'", "''") + "'" for name in FILES)
    options = ${literal(after!)}
    database.execute("CREATE VIEW source AS SELECT * FROM ${before!}[" + files + "]" + options)
    ${select}
    ${isMarked && 'columns.append(HELD_OUT)'}
    selection = ", ".join(f"{column} AS c{index}" for index, column in enumerate(columns))
    table = database.execute("SELECT " + selection + " FROM " + ${relation}).fetchnumpy()
    table = [table[f"c{index}"] for index in range(len(columns))]
    ${isMarked && 'is_held_out = np.asarray(table.pop(), dtype=bool)'}
    ${!areNumbers && '# A list column is as many inputs as it has elements.'}
    ${!areNumbers && 'table = [np.stack(list(column)) if column.dtype == object else column for column in table]'}
    inputs = np.column_stack(table[: len(INPUTS)])
    targets = np.column_stack(table[len(INPUTS) :])
  `;
}

function split({ experiment }: Plan): string {
  const { validation } = experiment.data;
  return code`
    ${
      typeof validation === 'number' &&
      code`
        is_held_out = np.zeros(len(inputs), dtype=bool)
        ${
          validation > 0 &&
          code`
            count = min(max(1, math.floor(len(inputs) * HELD_OUT + 0.5)), len(inputs) - 1)
            is_held_out[Random(SEED, SPLIT).shuffled(len(inputs))[:count]] = True
          `
        }
      `
    }
    train_inputs, train_targets = inputs[~is_held_out], targets[~is_held_out]
    held_out_inputs, held_out_targets = inputs[is_held_out], targets[is_held_out]
  `;
}

const CHECK_ROWS = code`
  digest = hashlib.sha256()
  for inputs, targets in [(train_inputs, train_targets), (held_out_inputs, held_out_targets)]:
      digest.update(json.dumps([len(inputs), inputs.size, targets.size], separators=(",", ":")).encode())
      digest.update(inputs.tobytes() + targets.tobytes())
  if digest.hexdigest() != FINGERPRINT:
      print("These are not the rows that the run trained on: they have changed since, and so will the figures.")
`;

/** Defines `input_mean` … `target_deviation`, and the training rows `x` and `t` in the units that are trained in. */
export function scaleRows({ experiment, inputWidths }: Plan): string {
  const { standardize } = experiment.data;
  const wanted = typeof standardize === 'boolean' ? { inputs: standardize, targets: standardize } : standardize;
  const hasLists = inputWidths.some((width) => width > 1);
  const own = (name: string, isWanted: boolean): string =>
    isWanted
      ? `${name}_mean, ${name}_deviation = scaling(train_${name}s${hasLists && name === 'input' ? ', INPUT_WIDTHS' : ''})`
      : `${name}_mean, ${name}_deviation = np.zeros(train_${name}s.shape[1]), np.ones(train_${name}s.shape[1])`;
  const isUsed = wanted.inputs || wanted.targets;
  return [
    ...(isUsed ? [hasLists && wanted.inputs ? groupScaling(inputWidths) : SCALING] : []),
    code`
      ${own('input', wanted.inputs)}
      ${own('target', wanted.targets)}


      def scaled(values, mean, deviation):
          return torch.tensor(((values - mean) / deviation).astype(np.float32))


      x = scaled(train_inputs, input_mean, input_deviation)
      t = scaled(train_targets, target_mean, target_deviation)
    `,
  ].join('\n\n\n');
}

const SCALING = code`
  def scaling(values):
      """Mean and standard deviation of each column over the training rows; a constant column is only centered."""
      is_constant = (values == values[0]).all(axis=0)
      values = values.astype(np.float64)
      mean = np.where(is_constant, values[0], values.mean(axis=0))
      return mean, np.where(is_constant, 1.0, values.std(axis=0))
`;

function groupScaling(widths: readonly number[]): string {
  return code`
    ${constant('INPUT_WIDTHS', widths, 'a list column has one mean and deviation for all its elements')}


    def scaling(values, widths=None):
        """Mean and standard deviation over the training rows, per column; a constant one is only centered."""
        widths = widths or [1] * values.shape[1]
        means, deviations = [], []
        for group in np.split(values, np.cumsum(widths)[:-1], axis=1):
            first, is_constant = group.flat[0], (group == group.flat[0]).all()
            group = group.astype(np.float64)
            means.append(first if is_constant else group.mean())
            deviations.append(1.0 if is_constant else group.std())
        return np.repeat(means, widths), np.repeat(deviations, widths)
  `;
}
