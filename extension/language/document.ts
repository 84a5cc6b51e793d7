/** A document as it is in the editor. */
export interface ExperimentText {
  uri: string;
  /** Absolute path. */
  path: string;
  text: string;
}
