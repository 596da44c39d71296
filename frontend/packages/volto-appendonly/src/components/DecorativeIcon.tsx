import VoltoIcon from '@plone/volto/components/theme/Icon/Icon';

// Its declared types lack one of its props.
const Icon: any = VoltoIcon;

/** An icon beside a text that says the same. */
export default function DecorativeIcon({ name }: { name: string }) {
  return <Icon name={name} size="18px" ariaHidden />;
}
