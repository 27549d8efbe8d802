/** Sentences on what happens to hardware, those before anybody listens kept for the first who does. */
export class SpokenEvents {
  private readonly listeners = new Set<(text: string) => void>();
  private early: string[] = [];

  readonly say = (text: string): void => {
    if (this.listeners.size === 0) this.early.push(text);
    for (const listener of this.listeners) listener(text);
  };

  listen(listener: (text: string) => void): () => void {
    this.listeners.add(listener);
    for (const text of this.early.splice(0)) listener(text);
    return () => this.listeners.delete(listener);
  }
}
