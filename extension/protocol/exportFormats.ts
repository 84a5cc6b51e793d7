/** What runs can be exported as: what the command line and the editor offer. Writing them is `export/`. */

export interface ExportFormat {
  /** A file, with the ending it has; or a folder of files. */
  readonly output: { readonly file: string } | 'folder';
  /** Whether it is of one network of one run, of one run whole, or of any number of runs. */
  readonly of: 'network' | 'run' | 'runs';
}

const FORMATS = {
  safetensors: { output: { file: 'safetensors' }, of: 'network' },
  onnx: { output: { file: 'onnx' }, of: 'network' },
  tensorflowjs: { output: { file: 'json' }, of: 'network' },
  pytorch: { output: { file: 'py' }, of: 'run' },
  html: { output: { file: 'html' }, of: 'runs' },
  svg: { output: 'folder', of: 'runs' },
  png: { output: 'folder', of: 'runs' },
  csv: { output: { file: 'csv' }, of: 'runs' },
  parquet: { output: { file: 'parquet' }, of: 'runs' },
  tensorboard: { output: 'folder', of: 'runs' },
} as const satisfies Record<string, ExportFormat>;

export type ExportFormatName = keyof typeof FORMATS;

export const EXPORT_FORMATS: { readonly [Name in ExportFormatName]: ExportFormat } = FORMATS;
export const EXPORT_FORMAT_NAMES = Object.keys(FORMATS) as ExportFormatName[];

/** What chooses a network on the command line. */
export const SNAPSHOT_CHOICES = ['final', 'best', 'most-feasible'] as const;
export type SnapshotChoice = (typeof SNAPSHOT_CHOICES)[number];
