/** The names of groups, each by itself: they hold hyphens, and may be long. @module */

/** Where one name ends must be seen: in running text a broken line looks like two. */
export function GroupList({ groups }: { readonly groups: readonly string[] }) {
  if (groups.length === 0) return <>None</>;
  return (
    <ul class="groups">
      {groups.map((group) => (
        <li key={group}>{group}</li>
      ))}
    </ul>
  );
}
