using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;

namespace Wiretale.Dissection.Tests.Engine;

/// <summary>Layouts with rows of every kind, over fields of the catalog.</summary>
public class LayoutTests
{
    static readonly Field Command = Of("rip.command"), Version = Of("rip.version"), Metric = Of("rip.metric"), Tag = Of("rip.route_tag"), Key = Of("rip.key_id"),
        Text = Of("rip.auth.passwd"), Data = Of("rip.authentication_data"), Leap = Of("ntp.flags.li"), Mode = Of("ntp.flags.mode"), Flags = Of("ntp.flags"),
        Item = Of("ntp.ctrl.item"), Items = Of("ntp.priv.numitems");

    [Fact]
    public void Rows_follow_each_other_and_bits_share_a_number() =>
        Same("rip.command=1 ntp.flags.li=3 ntp.flags.mode=3 rip.metric=258", "01 c3 0102", Command, Leap, Mode, Metric);

    [Fact]
    public void A_length_is_what_an_earlier_row_says() =>
        Same("rip.command=2 rip.auth.passwd=ab rip.authentication_data=0102030405", "02 6162 0102030405", Command, Text.Counted(Command), Data.Counted(Command, times: 4, plus: -3));

    [Fact]
    public void Rows_repeat_as_often_as_an_earlier_row_says() =>
        Same("rip.command=2 rip.version=3 rip.key_id=4 rip.version=5 rip.key_id=6 rip.metric=1", "02 03 04 05 06 0001", Command, Row.Times(Command, Version, Key), Metric);

    [Fact]
    public void Rows_repeat_to_the_end() =>
        Same("rip.command=2 rip.metric=1 rip.metric=2", "02 0001 0002", Command, Metric.Each(), Data.Rest().Optional());

    [Fact]
    public void Groups_repeat_to_the_end() => Same("rip.command=1 rip.version=2 rip.command=3 rip.version=4", "01 02 03 04", Row.Each(Command, Version));

    [Theory]
    [InlineData("00 05", "rip.command=0 rip.version=5")]
    [InlineData("01 07 05", "rip.command=1 rip.key_id=7 rip.version=5")]
    [InlineData("02 07 0009 05", "rip.command=2 rip.key_id=7 rip.metric=9 rip.version=5")]
    public void A_row_may_depend_on_an_earlier_one(string hex, string expected) => Same(expected, hex, Command, Key.When(Command), Metric.When(Command, 2, 3), Version);

    [Fact]
    public void Numbers_end_before_they_begin_with_the_little_end() => Same("rip.metric=513 rip.route_tag=258", "0102 0102", Metric.LittleEnd(), Tag);

    [Fact]
    public void Bits_stand_below_their_number() => Same("ntp.flags=195 ntp.flags.li=3 ntp.flags.mode=3 rip.version=1", "c3 01", Flags.Bits(Leap, Mode), Version);

    [Fact]
    public void A_range_of_bits_ends_with_its_byte() => Same("rip.command=1 ntp.priv.numitems=564 rip.version=9", "1234 09", Command.BitRange(0, 4), Items.BitRange(4, 12), Version);

    [Fact]
    public void A_branch_is_as_long_as_its_rows() => Same("ntp.ctrl.item= rip.command=1 rip.metric=2 rip.version=3", "01 0002 03", Item.Around(Command, Metric), Version);

    [Fact]
    public void Skipped_bytes_say_nothing() => Same("rip.command=1 rip.version=3", "01 ffff 03", Command, Row.Skip(2), Version);

    [Fact]
    public void What_is_said_last_gets_the_number()
    {
        ulong got = 0;
        Same("rip.metric=7", "0007", Metric.Then((_, _, in _, _, value) => got = value));
        Assert.Equal(7u, got);
    }

    [Fact]
    public void Bytes_that_end_too_early_end_the_rows() => Same("rip.command=5", "05 6162", Command, Text.Counted(Command));

    static Field Of(string name) => Catalog.Registry.Fields.First(f => f.Name == name);

    /// <summary>What the rows say of the bytes: every field with its number or text, in order.</summary>
    static void Same(string expected, string hex, params Row[] rows)
    {
        string payload = hex.Replace(" ", "", StringComparison.Ordinal);
        int bytes = payload.Length / 2;
        var settings = new EngineSettings { Strict = true };
        settings.DecodeAs.Add((Udp.Ports, 5999, new Table(new Layout(rows)) { CatalogIndex = Catalog.Find("rip")!.CatalogIndex }));
        var text = new Utf8Text();
        new TestCapture().Hex($"020000000002 020000000001 0800 4500{28 + bytes:x4} 0000 4000 4011 0000 0a000001 0a000002 9c40 176f {8 + bytes:x4} 0000 {payload}")
            .Run(new Demand(Catalog.Registry) { Tree = true }, batch => Write(text, batch), settings);
        Assert.Equal(expected, text.ToString().Trim());
    }

    static void Write(Utf8Text text, DissectedBatch batch)
    {
        foreach (ref readonly var item in batch.Items(0))
        {
            var field = Catalog.Registry[item.Field];
            if (field.Name.StartsWith("rip.", StringComparison.Ordinal) || field.Name.StartsWith("ntp.", StringComparison.Ordinal))
            {
                text.Append($"{field.Name}=");
                if (field.Type.IsInteger())
                {
                    text.Append(item.Value);
                }
                else
                {
                    FieldFormat.Value(text, field, item, batch.ValueBytes(0, item));
                }

                text.Append(' ');
            }
        }
    }

    sealed class Table(Layout layout) : Dissector(Catalog.Find("rip")!.Protocol)
    {
        public override int Dissect(Packet p, in View v, Node parent)
        {
            p.AddRows(parent, v, 0, layout);
            return v.Reported;
        }
    }
}
