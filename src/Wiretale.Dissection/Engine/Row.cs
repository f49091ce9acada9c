namespace Wiretale.Dissection.Engine;

/// <summary>What a row does with its item, when its label says more than the field: the item, where its bytes are, and its number (0 for what is none).</summary>
public delegate void RowDone(Packet p, Node node, in View v, int at, ulong value);

/// <summary>One row of a <see cref="Layout"/>: a field, and how long, how often and when it stands there.</summary>
/// <remarks>A field is a row of its own size; the methods of <see cref="Rows"/> say what differs. Rows are made once, when their class is first used.</remarks>
public sealed record Row
{
    /// <summary>The field; null for a group that is only repeated.</summary>
    internal Field? Field { get; init; }

    /// <summary>Bytes; 0 for the field's own size, -1 for the rest.</summary>
    internal int Length { get; init; }

    /// <summary>The earlier row whose number is the length in bytes (or, of a group, how often it stands there).</summary>
    internal Field? Counter { get; init; }

    /// <summary>What the counter's number is multiplied by, and what is then added.</summary>
    internal (int Times, int Plus) Scale { get; init; } = (1, 0);

    /// <summary>The earlier row on whose number it depends whether this one is there.</summary>
    internal Field? Condition { get; init; }

    /// <summary>The numbers of <see cref="Condition"/> for which the row is there; empty for any but 0.</summary>
    internal ulong[] Values { get; init; } = [];

    /// <summary>Whether the row is left out where the bytes have ended.</summary>
    internal bool IsOptional { get; init; }

    /// <summary>Whether the row is repeated as long as there are bytes.</summary>
    internal bool IsRepeated { get; init; }

    /// <summary>Whether its number has its little end first.</summary>
    internal bool IsLittleEndian { get; init; }

    /// <summary>The bits it takes of the bytes from there on, when it is not as wide as its type.</summary>
    internal (int First, int Count) Range { get; init; }

    /// <summary>Fields in its bits, shown below it.</summary>
    internal Field[] BitFields { get; init; } = [];

    /// <summary>Whether its label lists what the bits say.</summary>
    internal bool SumsUp { get; init; }

    /// <summary>Rows below it, or repeated with it.</summary>
    internal Row[] Inner { get; init; } = [];

    /// <summary>The last word on its item.</summary>
    internal RowDone? Done { get; init; }

    /// <summary>A field as it is.</summary>
    public static implicit operator Row(Field field) => new() { Field = field };

    /// <summary>Bytes that say nothing; fewer than 0 steps back, to bytes that the next row says anew.</summary>
    public static Row Skip(int length) => new() { Length = length };

    /// <summary>Rows that are repeated together, as often as an earlier row says.</summary>
    public static Row Times(Field counter, params Row[] rows) => new() { Counter = counter, Inner = rows };

    /// <summary>Rows that are repeated together as long as there are bytes.</summary>
    public static Row Each(params Row[] rows) => new() { IsRepeated = true, Inner = rows };
}

/// <summary>What can be said of a row: <c>Data.Counted(ByteCount)</c>, <c>Flags.Bits(Urgent, More)</c>, <c>Name.When(Type, 2)</c>.</summary>
public static class Rows
{
    /// <summary>So many bytes.</summary>
    public static Row Of(this Field field, int length) => new Row { Field = field, Length = length };

    /// <summary>All bytes that are left.</summary>
    public static Row Rest(this Field field) => new Row { Field = field, Length = -1 };

    /// <summary>As many bytes as an earlier row says, times and plus what is given.</summary>
    public static Row Counted(this Field field, Field by, int times = 1, int plus = 0) => new Row { Field = field, Counter = by, Scale = (times, plus) };

    /// <summary>Little end first.</summary>
    public static Row LittleEnd(this Field field) => new Row { Field = field, IsLittleEndian = true };

    /// <summary>So many bits, the first of them counted from the top of the byte that comes next; the row that ends with a byte's lowest bit ends with it.</summary>
    public static Row BitRange(this Field field, int first, int count) => new Row { Field = field, Range = (first, count) };

    /// <summary>Below the number, the fields in its bits.</summary>
    public static Row Bits(this Row row, params Field[] fields) => row with { BitFields = fields };

    /// <summary>Below the number, the fields in its bits.</summary>
    public static Row Bits(this Field field, params Field[] fields) => ((Row)field).Bits(fields);

    /// <summary>As <see cref="Bits(Field, Field[])"/>; the number's label lists the flags that are set and the numbers that have names.</summary>
    public static Row Summary(this Row row, params Field[] fields) => row with { BitFields = fields, SumsUp = true };

    /// <summary>As <see cref="Bits(Field, Field[])"/>; the number's label lists the flags that are set and the numbers that have names.</summary>
    public static Row Summary(this Field field, params Field[] fields) => ((Row)field).Summary(fields);

    /// <summary>A branch around other rows, as long as they are.</summary>
    public static Row Around(this Field field, params Row[] rows) => new Row { Field = field, Inner = rows };

    /// <summary>Only there when an earlier row's number is one of these; without any, when it is not 0.</summary>
    public static Row When(this Row row, Field condition, params ulong[] values) => row with { Condition = condition, Values = values };

    /// <summary>Only there when an earlier row's number is one of these; without any, when it is not 0.</summary>
    public static Row When(this Field field, Field condition, params ulong[] values) => ((Row)field).When(condition, values);

    /// <summary>Left out where the bytes have ended.</summary>
    public static Row Optional(this Row row) => row with { IsOptional = true };

    /// <summary>Left out where the bytes have ended.</summary>
    public static Row Optional(this Field field) => ((Row)field).Optional();

    /// <summary>Repeated as long as there are bytes.</summary>
    public static Row Each(this Row row) => row with { IsRepeated = true };

    /// <summary>Repeated as long as there are bytes.</summary>
    public static Row Each(this Field field) => ((Row)field).Each();

    /// <summary>Gives the item its own label, or what else is to be done with it.</summary>
    public static Row Then(this Row row, RowDone done) => row with { Done = done };

    /// <summary>Gives the item its own label, or what else is to be done with it.</summary>
    public static Row Then(this Field field, RowDone done) => ((Row)field).Then(done);
}
