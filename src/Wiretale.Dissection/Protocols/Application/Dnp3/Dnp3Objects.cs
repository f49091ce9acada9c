using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Dnp3;

// Specification: IEEE 1815-2012 clauses 4.2.2.7 (object headers) and 11 with annex A (objects).
//
//   group (1) | variation (1) | qualifier: prefix code (3 bits), range code (4) | range | points, each with an index before it when the prefix says so

/// <summary>The objects of a DNP3 message: their heads, and the points of those that are plain numbers.</summary>
static class Dnp3Objects
{
    const int Read = 1, Write = 2, EnableUnsolicited = 20, DisableUnsolicited = 21, FirstResponse = 129, ClassGroup = 60, MaxPoints = 4096;

    static readonly Protocol P = Dnp3.P;
    static readonly Field Object = P.UInt16("dnp3.al.obj", "Object", FieldBase.Hex, Dnp3Names.Objects, blurb: "Application Layer Object");
    static readonly Field Prefix = P.UInt8("dnp3.al.objq.prefix", "Prefix Code", FieldBase.Dec, Dnp3Names.Prefixes, mask: 0x70, blurb: "Object Prefix Code");
    static readonly Field Range = P.UInt8("dnp3.al.objq.range", "Range Code", FieldBase.Dec, Dnp3Names.Ranges, mask: 0x0f, blurb: "Object Range Specifier Code");
    static readonly Field Start = P.UInt32("dnp3.al.range.start", "Start", blurb: "Object Start Index");
    static readonly Field Stop = P.UInt32("dnp3.al.range.stop", "Stop", blurb: "Object Stop Index");
    static readonly Field Absolute = P.UInt32("dnp3.al.range.abs", "Address", blurb: "Object Absolute Address");
    static readonly Field Quantity = P.UInt32("dnp3.al.range.quantity", "Quantity", blurb: "Object Quantity");
    static readonly Field Index = P.UInt32("dnp3.al.index", "Index", blurb: "Object Index");
    static readonly Field PointIndex = P.UInt32("dnp3.al.point_index", "Point Index");
    static readonly Field Bit = P.Flag("dnp3.al.bit", "Value (bit)", 8, 0x01, ValueNames.Flag("On", "Off"), "Digital Value (1 bit)");
    static readonly Field Analog = P.Int32("dnp3.al.ana.int", "Value", blurb: "Analog Value");
    static readonly Field AnalogFloat = P.Field(FieldType.Float, "dnp3.al.ana.float", "Value (float)", blurb: "Analog Value (float)");
    static readonly Field Counter = P.UInt32("dnp3.al.cnt", "Counter", blurb: "Counter Value");
    static readonly Field Time = P.AbsoluteTime("dnp3.al.timestamp", "Timestamp", FieldBase.Utc, "Object Timestamp");
    static readonly Field TimeDelay = P.UInt16("dnp3.al.time_delay", "Time Delay");

    static readonly Expert UnknownObject = P.Expert("dnp3.unknown_object", Severity.Warning, ExpertGroup.Protocol, "Unknown Object\\Variation");

    enum Kind
    {
        Unknown, Bit, Analog, AnalogFloat, Counter, Time, Delay,
    }

    /// <summary>Adds the objects; one whose points have a form that is not known ends the walk.</summary>
    public static void Add(Packet p, in View v, Node tree, int at, int function, string name)
    {
        var branch = function switch
        {
            Read => p.AddText(tree, v, at, v.CapturedFrom(at), "READ Request Data Objects"),
            Write => p.AddText(tree, v, at, v.CapturedFrom(at), "WRITE Request Data Objects"),
            EnableUnsolicited => p.AddText(tree, v, at, v.CapturedFrom(at), "Enable Spontaneous Msg's Data Objects"),
            DisableUnsolicited => p.AddText(tree, v, at, v.CapturedFrom(at), "Disable Spontaneous Msg's Data Objects"),
            >= FirstResponse => p.AddText(tree, v, at, v.CapturedFrom(at), "RESPONSE Data Objects"),
            _ => p.AddText(tree, v, at, v.CapturedFrom(at), $"{name} Request Data Objects"),
        };
        int classes = 0;
        while (at >= 0 && at + 3 <= v.Reported)
        {
            classes |= Summarize(p, function, v.U8(at), v.U8(at + 1));
            at = One(p, v, branch, at, function);
        }

        if (classes != 0)
        {
            p.Info.Append(", Class "u8);
            for (int i = 0; i < 4; i++)
            {
                p.Info.Append((classes >> i & 1) != 0 ? $"{i}" : "");
            }
        }
    }

    /// <returns>Where the next begins; -1 when that cannot be said.</returns>
    static int One(Packet p, in View v, Node branch, int start, int function)
    {
        int type = v.U16(start), qualifier = v.U8(start + 2), range = qualifier & 0x0f, prefix = (qualifier >> 4) & 7, at = start + 3;
        int width = range switch { 0 or 3 or 7 or 11 => 1, 1 or 4 or 8 => 2, 2 or 5 or 9 => 4, _ => 0 };
        var item = p.Add(branch, Object, v, start);
        var how = p.AddText(item, v, start + 2, 1,
            $"Qualifier Field, Prefix: {Dnp3Names.Prefixes.FindOr((ulong)prefix, "Unknown Prefix Type")}, Range: {Dnp3Names.Ranges.FindOr((ulong)range, "Unknown Range Type")}");
        p.Add(how, Prefix, v, start + 2);
        p.Add(how, Range, v, start + 2);
        long first = 0, count = 0;
        if (range <= 2)
        {
            first = (long)v.UInt(at, width, littleEndian: true);
            long last = (long)v.UInt(at + width, width, littleEndian: true);
            count = last - first + 1;
            var items = p.Generated(p.AddText(item, v, at, width * 2, $"Number of Items: {count}"));
            p.Label(p.AddUInt(items, Start, v, at, width, (ulong)first), $"Start ({width * 8} bit): {first}");
            p.Label(p.AddUInt(items, Stop, v, at + width, width, (ulong)last), $"Stop ({width * 8} bit): {last}");
            at += width * 2;
        }
        else
        {
            count = width > 0 ? (long)v.UInt(at, width, littleEndian: true) : 0;
            var items = p.AddText(item, v, at, width, $"Number of Items: {count}");
            if (range is >= 3 and <= 5)
            {
                p.AddUInt(items, Absolute, v, at, width, (ulong)count);
                (first, count) = (count, 1);
            }
            else if (width > 0)
            {
                p.Label(p.AddUInt(items, Quantity, v, at, width, (ulong)count), $"Quantity ({width * 8} bit): {count}");
            }

            at += width;
        }

        if (Dnp3Names.Objects.Find((ulong)type) is null)
        {
            p.Expert(item, UnknownObject, v, start, 2);
        }

        string title = Dnp3Names.Objects.FindOr((ulong)type, "Unknown Object\\Variation");
        string points = width > 0 && function != Read && count > 0 ? $", {count} point{(count == 1 ? "" : "s")}" : "";
        p.Label(item, $"Object(s): {title} (0x{type:x4}){points}");
        if (width > 0 && function != Read && count > 0)
        {
            at = prefix <= 3 ? AddPoints(p, v, item, at, type, first, count, prefix == 3 ? 4 : prefix) : -1;
        }

        p.SetLength(item, (at < 0 ? v.Captured : Math.Min(at, v.Captured)) - start);
        return at;
    }

    static int AddPoints(Packet p, in View v, Node item, int at, int type, long first, long count, int prefix)
    {
        var (kind, width, isFlagged) = FormOf(type);
        if (kind == Kind.Unknown || count > MaxPoints)
        {
            return -1;
        }

        for (int i = 0; i < count; i++)
        {
            long index = prefix > 0 ? (long)v.UInt(at, prefix, littleEndian: true) : first + i;
            int from = at + prefix + (isFlagged ? 1 : 0), size = kind == Kind.Bit ? 1 : width;
            v.Ensure(at, from - at + size);
            var point = p.AddText(item, v, at, from - at + size, $"Point Number {index}");
            if (prefix > 0)
            {
                p.Label(p.AddUInt(point, Index, v, at, prefix, (ulong)index), $"Index ({prefix * 8} bit): {index}");
            }
            else
            {
                p.Generated(p.AddUInt(point, PointIndex, v, at, 0, (ulong)index));
            }

            if (isFlagged)
            {
                p.AppendLabel(point, (v.U8(from - 1) & 1) != 0 ? " (Quality: Online)" : " (Quality: Offline)");
            }

            AddValue(p, v, item, point, from, kind, width, i);
            at = kind != Kind.Bit ? from + width : i % 8 == 7 || i == count - 1 ? at + 1 : at;
        }

        return at;
    }

    static void AddValue(Packet p, in View v, Node item, Node point, int at, Kind kind, int width, int number)
    {
        switch (kind)
        {
            case Kind.Bit:
                bool isOn = (v.U8(at) >> (number % 8) & 1) != 0;
                p.AddFlag(point, Bit, v, at, 1, isOn);
                p.AppendLabel(point, isOn ? ", Value: 1" : ", Value: 0");
                break;
            case Kind.Analog:
                int value = width == 2 ? (short)v.U16LE(at) : (int)v.U32LE(at);
                p.Label(p.AddInt(point, Analog, v, at, width, value), $"Value ({width * 8} bit): {value}");
                p.AppendLabel(point, $", Value: {value}");
                break;
            case Kind.AnalogFloat:
                p.AddLE(point, AnalogFloat, v, at);
                p.AppendLabel(point, $", Value: {BitConverter.UInt32BitsToSingle(v.U32LE(at))}");
                break;
            case Kind.Counter:
                ulong counted = v.UInt(at, width, littleEndian: true);
                p.Label(p.AddUInt(point, Counter, v, at, width, counted), $"Counter ({width * 8} bit): {counted}");
                p.AppendLabel(point, $", Count: {counted}");
                break;
            case Kind.Time:
                ulong milliseconds = v.UInt(at, width, littleEndian: true);
                p.AddTime(item, Time, v, at, width, new Timestamp((long)(milliseconds / 1000), (int)(milliseconds % 1000) * 1_000_000));
                break;
            default:
                uint delay = v.U16LE(at);
                p.Label(p.AddUInt(item, TimeDelay, v, at, width, delay), $"Time Delay: {delay}ms");
                break;
        }
    }

    /// <summary>What a point is: its number, that number's bytes, and whether a byte of flags stands before it.</summary>
    static (Kind Kind, int Width, bool IsFlagged) FormOf(int type) => type switch
    {
        0x0101 or 0x0a01 or 0x5001 => (Kind.Bit, 0, false),
        0x1401 or 0x1403 or 0x1501 or 0x1503 or 0x1601 or 0x1603 or 0x1701 or 0x1703 => (Kind.Counter, 4, true),
        0x1402 or 0x1404 or 0x1502 or 0x1504 or 0x1602 or 0x1604 or 0x1702 or 0x1704 => (Kind.Counter, 2, true),
        0x1405 or 0x1407 or 0x1509 or 0x150b => (Kind.Counter, 4, false),
        0x1406 or 0x1408 or 0x150a or 0x150c => (Kind.Counter, 2, false),
        0x1e01 or 0x2001 => (Kind.Analog, 4, true),
        0x1e02 or 0x2002 => (Kind.Analog, 2, true),
        0x1e03 => (Kind.Analog, 4, false),
        0x1e04 => (Kind.Analog, 2, false),
        0x1e05 or 0x2005 => (Kind.AnalogFloat, 4, true),
        0x3201 or 0x3203 or 0x3301 => (Kind.Time, 6, false),
        0x3402 => (Kind.Delay, 2, false),
        _ => (Kind.Unknown, 0, false),
    };

    /// <summary>What the line says of an object.</summary>
    /// <returns>The bit of a class that is read.</returns>
    static int Summarize(Packet p, int function, int group, int variation)
    {
        if (group == ClassGroup && variation is >= 1 and <= 4)
        {
            return function == Read ? 1 << (variation - 1) : 0;
        }

        if (function == Read)
        {
            p.Info.Append($", {Dnp3Names.Groups.FindOr((ulong)group, "Unknown Object Type")}");
        }
        else if (function == Write && group is (50 or 70 or 80 or 110))
        {
            p.Info.Append($", {Dnp3Names.Groups.Find((ulong)group)}");
        }

        return 0;
    }
}
