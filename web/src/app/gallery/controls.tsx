import { useState } from 'react';
import { Avatar } from '../../ui/avatar.tsx';
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { PasswordInput, Select, Switch, TextArea, TextInput } from '../../ui/field.tsx';
import { HoldButton } from '../../ui/hold-button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { type IconName, iconPaths } from '../../ui/icon-paths.ts';
import { Section } from '../../ui/page.tsx';
import { Seal } from '../../ui/seal.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useToast } from '../../ui/toast.tsx';
import { address, nothing, useSay } from './samples.ts';

/** The seal, people's marks, and the icon set. */
export function Marks() {
  const say = useSay();
  return (
    <Section title={say('标记', 'Marks')}>
      <div className="row">
        <Seal size={16} />
        <Seal size={32} />
        <Seal size={64} label={say('飞钱', 'Feiqian')} />
        <Avatar name="lin" />
        <Avatar name={say('林', 'Lin')} large />
      </div>
      <div className="row">
        {(Object.keys(iconPaths) as IconName[]).map((name) => (
          <span key={name} title={name}>
            <Icon name={name} size={24} />
          </span>
        ))}
      </div>
    </Section>
  );
}

/** Each kind of button: ready, missing something, at work. */
export function Buttons() {
  const say = useSay();
  const showToast = useToast();
  const [pressed, setPressed] = useState(false);
  const variants = ['primary', 'secondary', 'quiet', 'danger'] as const;
  const label = {
    primary: say('转出 25.00 USDF', 'Send 25.00 USDF'),
    secondary: say('取消', 'Cancel'),
    quiet: say('全部账单', 'All history'),
    danger: say('删除链接', 'Delete the link'),
  };
  return (
    <Section title={say('按钮', 'Buttons')}>
      {variants.map((variant) => (
        <div className="row" key={variant}>
          <Button variant={variant} onClick={nothing}>
            {label[variant]}
          </Button>
          <Button variant={variant} blocked={say('请填写金额', 'Enter an amount')}>
            {label[variant]}
          </Button>
          <Button variant={variant} busy={say('正在发送', 'Sending')}>
            {label[variant]}
          </Button>
        </div>
      ))}
      <Button variant="primary" wide large icon="send">
        {say('核对后转账', 'Review and send')}
      </Button>
      <HoldButton
        holding={say('请继续按住', 'Keep holding')}
        hint={say('按住一秒多再松开，也可以点一下再确认。', 'Hold for a good second, or press once and confirm.')}
        confirm={say('我已核对，转出 25.00 USDF', 'I have checked it: Send 25.00 USDF')}
        onConfirm={() => showToast(say('已确认', 'Confirmed'))}
      >
        {say('长按转出 25.00 USDF', 'Hold to send 25.00 USDF')}
      </HoldButton>
      <div className="row">
        <ButtonLink href="/gallery" icon="convert">
          {say('去兑换', 'Convert')}
        </ButtonLink>
        <IconButton
          icon={pressed ? 'eyeOff' : 'eye'}
          label={say('隐藏金额', 'Hide amounts')}
          pressed={pressed}
          onClick={() => setPressed(!pressed)}
        />
        <CopyButton text={address} />
        <CopyButton text={address} variant="quiet" label={say('复制地址', 'Copy address')} />
        <CopyButton text={address} iconOnly />
        <Button onClick={() => showToast(say('到账 +¥5.00', 'Arrived: +¥5.00'))}>
          {say('提示一下', 'Show a notice')}
        </Button>
      </div>
    </Section>
  );
}

/** Each kind of field: empty, filled in, with a hint, wrong, not to be changed. */
export function Fields() {
  const say = useSay();
  const [isOn, setOn] = useState(true);
  const [rail, setRail] = useState('tokens');
  return (
    <Section title={say('输入', 'Fields')}>
      <TextInput label={say('邮箱', 'E-mail')} type="email" placeholder="name@example.com" />
      <TextInput
        label={say('邮箱', 'E-mail')}
        defaultValue="name@"
        hint={say('登录用', 'For logging in')}
        error={say(
          '邮箱没有写对。请写成 name@example.com 的样子。',
          'That is not an e-mail address. Write it like name@example.com.',
        )}
      />
      <TextInput label={say('用户名', 'Username')} value="@lin" readOnly />
      <TextInput label={say('备注', 'Note')} optional hint={say('对方能看到', 'The recipient sees it')} />
      <PasswordInput
        label={say('密码', 'Password')}
        hint={say('至少 12 个字符', 'At least 12 characters')}
        defaultValue="correct horse"
      />
      <PasswordInput label={say('密码', 'Password')} error={say('密码不对。', 'Wrong password.')} />
      <Select
        label={say('支付方式', 'Pay with')}
        options={[
          { value: 'bank', label: say('沙盒银行', 'Sandbox Bank') },
          { value: 'card', label: say('银行卡', 'Bank card') },
        ]}
        hint={say('可充金额：¥1.00 到 ¥50,000.00', 'You can top up ¥1.00 to ¥50,000.00')}
      />
      <TextArea label={say('说明', 'Statement')} placeholder={say('凭什么认定', 'How you know')} />
      <Segmented
        legend={say('转什么', 'What to send')}
        value={rail}
        onChange={setRail}
        choices={[
          { value: 'tokens', label: say('代币', 'Tokens'), detail: say('由您自己保管', 'held by you') },
          { value: 'cash', label: say('现金', 'Cash'), detail: say('由运营方保管', 'held by the operator') },
        ]}
      />
      <Switch label={say('隐藏金额', 'Hide amounts')} checked={isOn} onChange={setOn} />
      <Switch label={say('另一项', 'Another one')} checked={!isOn} onChange={(checked) => setOn(!checked)} />
    </Section>
  );
}
