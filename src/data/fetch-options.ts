/** How a data set is fetched. */
export interface FetchOptions {
  /** The folder that holds, or will hold, its files; by default one in the cache folder. */
  readonly directory?: string;
  /** The official archive, or the folder it extracts to; nothing else is then tried. */
  readonly from?: string;
  /** Receives one line when a file of the cache is not as it should be, and at each download. */
  readonly log?: (line: string) => void;
  /** How far it is, from 0 to 1 for each source tried; nothing is reported when the cache is complete. */
  readonly onProgress?: (fraction: number, activity: string) => void;
  /** Stops the work; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where the official archive is. */
  readonly officialUrl?: string;
}
