using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Tests.Engine;

/// <summary>Labels and values against what tshark 4.0 prints for the same field.</summary>
public class FieldFormatTests
{
    static readonly Protocol Any = new("Any", "Any", "any");

    [Theory]
    [InlineData(FieldType.UInt8, FieldBase.Dec, 0, 64, "Name: 64", "64")]
    [InlineData(FieldType.UInt16, FieldBase.Hex, 0, 0x800, "Name: 0x0800", "0x0800")]
    [InlineData(FieldType.UInt16, FieldBase.HexDec, 0, 4660, "Name: 0x1234 (4660)", "0x1234")]
    [InlineData(FieldType.UInt16, FieldBase.DecHex, 0, 1, "Name: 1 (0x0001)", "1")]
    [InlineData(FieldType.UInt24, FieldBase.Hex, 0, 0x603301, "Name: 0x603301", "0x603301")]
    [InlineData(FieldType.UInt24, FieldBase.Oui, 0, 0xd404ff, "Name: d4:04:ff (Juniper Networks)", "13894911")]
    [InlineData(FieldType.UInt16, FieldBase.Hex, 0xfff, 0xeb, ".... 0000 1110 1011 = Name: 0x0eb", "0x00eb")]
    [InlineData(FieldType.UInt16, FieldBase.DecHex, 0xc000, 0, "00.. .... .... .... = Name: 0 (0x0)", "0")]
    [InlineData(FieldType.UInt8, FieldBase.Dec, 0xf0, 4, "0100 .... = Name: 4", "4")]
    [InlineData(FieldType.UInt32, FieldBase.Oct, 0, 17407, "Name: 041777", "17407")]
    [InlineData(FieldType.Char, FieldBase.Hex, 0, 65, "Name: 'A' (0x41)", "'A'")]
    [InlineData(FieldType.FrameNumber, FieldBase.None, 0, 12, "Name: 12", "12")]
    public void Numbers(FieldType type, FieldBase @base, int mask, int value, string label, string text)
    {
        var field = Any.Field(type, "any.name", "Name", @base, (ulong)mask);
        AssertText(label, text, field, (ulong)value);
    }

    [Fact]
    public void Signed_numbers_are_negative() => AssertText("Name: -127", "-127", Any.Field(FieldType.Int8, "any.i", "Name", FieldBase.Dec), unchecked((ulong)-127));

    [Fact]
    public void Names_stand_before_their_number()
    {
        var names = ValueNames.Of(() => [(1, "One")]);
        AssertText("Name: One (1)", "1", Any.UInt8("any.n", "Name", names: names), 1);
        AssertText("Name: Unknown (2)", "2", Any.UInt8("any.n", "Name", names: names), 2);
        AssertText("Name: One (0x01)", "0x01", Any.UInt8("any.n", "Name", FieldBase.Hex, names), 1);
        AssertText("Name: One (0x01)", "0x01", Any.UInt8("any.n", "Name", FieldBase.HexDec, names), 1);
        AssertText("Name: One (1)", "1", Any.UInt8("any.n", "Name", FieldBase.DecHex, names), 1);
        AssertText("Name: One", "1", Any.UInt8("any.n", "Name", FieldBase.None, names), 1);
        AssertText("Name: 2412MHz", "2412", Any.UInt16("any.n", "Name", names: ValueNames.Unit("MHz")), 2412);
    }

    [Fact]
    public void Flags()
    {
        AssertText("Name: False", "0", Any.Flag("any.f", "Name"), 0);
        AssertText(".... .... 1... = Name: Set", "1", Any.Flag("any.f", "Name", 12, 8, ValueNames.SetNotSet), 1);
        AssertText(".... ..0. = Name: False", "0", Any.Flag("any.f", "Name", 8, 2), 0);
    }

    [Fact]
    public void Bytes_are_cut_after_36_or_24()
    {
        byte[] forty = [.. Enumerable.Range(0, 40).Select(i => (byte)i)];
        AssertText("Name: " + Convert.ToHexStringLower(forty[..36]) + "…", Convert.ToHexStringLower(forty), Any.Bytes("any.b", "Name"), forty);
        AssertText("Name: " + string.Concat(forty[..24].Select(b => $"{b:x2} ")) + "…", string.Join(' ', forty.Select(b => $"{b:x2}")), Any.Bytes("any.b", "Name", FieldBase.Space), forty);
        AssertText("Name: <MISSING>", "<MISSING>", Any.Bytes("any.b", "Name"), []);
    }

    [Fact]
    public void Text_is_escaped_in_labels_only()
    {
        AssertText("Name: a\\tb\\r\\n\\001\\177", "a\tb\r\n\u0001\u007f", Any.String("any.s", "Name"), Encoding.UTF8.GetBytes("a\tb\r\n\u0001\u007f"));
        AssertText("Name: one", "one", Any.StringZ("any.s", "Name"), "one\0two"u8.ToArray());
    }

    [Fact]
    public void Long_labels_are_marked_behind_the_name()
    {
        var field = Any.String("any.s", "Name");
        AssertText("Name [truncated]: " + new string('x', 220), new string('x', 300), field, Encoding.ASCII.GetBytes(new string('x', 300)));
        AssertText("Name: " + new string('x', 233), new string('x', 233), field, Encoding.ASCII.GetBytes(new string('x', 233)));

        var text = new Utf8Text();
        FieldFormat.Limited(text, field, Encoding.ASCII.GetBytes(new string('x', 300)));
        Assert.Equal(" [truncated]" + new string('x', 226), text.ToString());
    }

    [Fact]
    public void Times()
    {
        AssertText("Name: -0.000000001 seconds", "-0.000000001", Any.RelativeTime("any.t", "Name"), ItemValue.Pack(new(0, -1)));
        AssertText("Name: Jan  4, 2007 06:15:22.659099000 UTC", "Jan  4, 2007 06:15:22.659099000 UTC",
            Any.AbsoluteTime("any.t", "Name", FieldBase.Utc), ItemValue.Pack(new(1167891322, 659099000)));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(1200000, "1200000")]
    [InlineData(0.16875, "0.16875")]
    [InlineData(-2.5e-7, "-2.5e-07")]
    [InlineData(1e15, "1e+15")]
    [InlineData(123456789012345, "123456789012345")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.1, "0.1")]
    public void Doubles_are_written_as_C_does(double value, string text) =>
        AssertText("Name: " + text, text, Any.Field(FieldType.Double, "any.d", "Name"), (ulong)BitConverter.DoubleToInt64Bits(value));

    [Fact]
    public void Addresses()
    {
        AssertText("Name: 10.0.0.1", "10.0.0.1", Any.IPv4("any.a", "Name"), Address.IPv4(0x0a000001).IPv4Value);
        AssertText("Name: 00:09:0f:09:01:0a", "00:09:0f:09:01:0a", Any.Ether("any.a", "Name"), 0x00090f09010a);
    }

    static void AssertText(string label, string value, Field field, ulong number) => AssertText(label, value, field, [], number);

    static void AssertText(string label, string value, Field field, byte[] bytes, ulong number = 0)
    {
        var item = new Item { Value = number, Length = bytes.Length };
        var text = new Utf8Text();
        FieldFormat.Label(text, field, item, bytes);
        Assert.Equal(label, text.ToString());
        text.Clear();
        FieldFormat.Value(text, field, item, bytes);
        Assert.Equal(value, text.ToString());
    }
}
