import { Button, type ButtonProps, Tooltip } from '@mantine/core';

/** A button that says why it cannot be pressed; it stays reachable, so that the reason can be read by all. */
export function ActButton({
  because,
  onAct,
  children,
  ...more
}: ButtonProps & { because?: string | undefined; onAct(): void; children: string }) {
  const isOff = because !== undefined;
  return (
    <Tooltip label={because} disabled={!isOff} multiline maw={360} events={{ hover: true, focus: true, touch: true }}>
      <Button
        size="xs"
        variant="default"
        {...more}
        {...(isOff && { 'data-disabled': true, 'aria-disabled': true })}
        aria-label={isOff ? `${children}: not possible, ${because}` : children}
        onClick={(event) => {
          event.preventDefault();
          if (!isOff) onAct();
        }}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
