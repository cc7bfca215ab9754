/** A person's name, which may be an address and longer than a phone is wide. @module */

/** Breaks before a sign of the name rather than anywhere. */
export function PersonName({ name }: { readonly name: string }) {
  const [first, ...rest] = name.split(/(?=[@.+_-])/);
  return (
    <strong class="name">
      {first}
      {rest.map((part) => (
        <>
          <wbr />
          {part}
        </>
      ))}
    </strong>
  );
}
