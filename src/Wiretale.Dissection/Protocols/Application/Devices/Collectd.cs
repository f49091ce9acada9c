using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Devices;

// Specification: collectd's "Binary protocol". Parts after one another; what a part says holds for all values and messages after it.
//
//   | type (2) | length of the part (2) | text with a NUL, a number (8), values ...
//   values:  | count (2) | a type each (1) | a value each (8)

/// <summary>The metrics that collectd sends from one machine to another.</summary>
public sealed class Collectd() : Dissector("collectd")
{
    const int HeaderLength = 4, NumberLength = 12, ValueLength = 9, SmallestValues = 15, SmallestSignature = 36, SmallestEncrypted = 26, ShaLength = 32, VectorLength = 16;
    const int Host = 0, Time = 1, Plugin = 2, PluginInstance = 3, Type = 4, TypeInstance = 5, Values = 6, Interval = 7, FineTime = 8, FineInterval = 9,
        Message = 0x100, Severity = 0x101, Signature = 0x200, Encrypted = 0x210;
    const int Counter = 0, Gauge = 1, Derive = 2, Absolute = 3;

    static readonly Protocol P = new("collectd network data", "collectd", "collectd");
    static readonly ValueNames Types = ValueNames.Of(() => [
        (Values, "VALUES"), (Time, "TIME"), (FineTime, "TIME_HR"), (Interval, "INTERVAL"), (FineInterval, "INTERVAL_HR"), (Host, "HOST"), (Plugin, "PLUGIN"),
        (PluginInstance, "PLUGIN_INSTANCE"), (Type, "TYPE"), (TypeInstance, "TYPE_INSTANCE"), (Message, "MESSAGE"), (Severity, "SEVERITY"),
        (Signature, "SIGNATURE"), (Encrypted, "ENCRYPTED_DATA")]);
    static readonly ValueNames ValueTypes = ValueNames.Of(() => [(Counter, "COUNTER"), (Gauge, "GAUGE"), (Derive, "DERIVE"), (Absolute, "ABSOLUTE")]);
    static readonly ValueNames Severities = ValueNames.Of(() => [(1, "FAILURE"), (2, "WARNING"), (4, "OKAY")]);

    static readonly Field TypeField = P.UInt16("collectd.type", "Type", FieldBase.Hex, Types);
    static readonly Field LengthField = P.UInt16("collectd.len", "Length");
    static readonly Field DataField = P.Bytes("collectd.data", "Payload");
    static readonly Field HostField = P.String("collectd.data.host", "Host name");
    static readonly Field IntervalField = P.RelativeTime("collectd.data.interval", "Interval");
    static readonly Field TimeField = P.AbsoluteTime("collectd.data.time", "Timestamp");
    static readonly Field PluginField = P.String("collectd.data.plugin", "Plugin");
    static readonly Field PluginInstanceField = P.String("collectd.data.plugin.inst", "Plugin instance");
    static readonly Field TypeNameField = P.String("collectd.data.type", "Type");
    static readonly Field TypeInstanceField = P.String("collectd.data.type.inst", "Type instance");
    static readonly Field CountField = P.UInt16("collectd.data.valcnt", "Value count");
    static readonly Field ValueTypeField = P.UInt8("collectd.val.type", "Value type", FieldBase.Hex, ValueTypes);
    static readonly Field CounterField = P.UInt64("collectd.val.counter", "Counter value");
    static readonly Field GaugeField = P.Field(FieldType.Double, "collectd.val.gauge", "Gauge value");
    static readonly Field DeriveField = P.Field(FieldType.Int64, "collectd.val.derive", "Derive value", FieldBase.Dec);
    static readonly Field AbsoluteField = P.UInt64("collectd.val.absolute", "Absolute value");
    static readonly Field UnknownField = P.UInt64("collectd.val.unknown", "Value of unknown type", FieldBase.Hex);
    static readonly Field SeverityField = P.UInt64("collectd.data.severity", "Severity", FieldBase.Hex, Severities);
    static readonly Field MessageField = P.String("collectd.data.message", "Message");
    static readonly Field HashField = P.Bytes("collectd.data.sighash", "Signature");
    static readonly Field VectorField = P.Bytes("collectd.data.initvec", "Init vector");
    static readonly Field UserLengthField = P.UInt16("collectd.data.username_length", "Username length");
    static readonly Field UserField = P.String("collectd.data.username", "Username");
    static readonly Field EncryptedField = P.Bytes("collectd.data.encrypted", "Encrypted data");

    static readonly Expert InvalidLength = P.Expert("collectd.invalid_length", Engine.Severity.Error, ExpertGroup.Malformed, "Invalid length");
    static readonly Expert Garbage = P.Expert("collectd.garbage", Engine.Severity.Error, ExpertGroup.Malformed, "Garbage at end of packet");
    static readonly Expert Mismatch = P.Expert("collectd.data.valcnt.mismatch", Engine.Severity.Warning, ExpertGroup.Malformed,
        "Number of values and length of part do not match. Assuming length is correct.");
    static readonly Expert UnknownType = P.Expert("collectd.type.unknown", Engine.Severity.Note, ExpertGroup.Undecoded, "Unknown part type");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Udp.Ports, 25826);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("collectd");
        Summarize(p, v);
        if (p.WantsFields)
        {
            var tree = p.Open(P, v, parent);
            var now = new Context();
            int at = 0;
            while (at < v.Reported)
            {
                int length = Part(p, v, tree, at, ref now);
                if (length <= 0)
                {
                    break;
                }

                at += length;
            }
        }

        return v.Reported;
    }

    /// <summary>Counts what the parts are; looks no further into them, and is not disturbed by what is wrong there.</summary>
    static void Summarize(Packet p, in View v)
    {
        if (!p.Info.Writable)
        {
            return;
        }

        int values = 0, plugins = 0, messages = 0, unknown = 0, errors = 0, hostAt = 0, hostLength = -1;
        for (int at = 0; at < v.Captured;)
        {
            int left = v.Captured - at, length = left < HeaderLength ? 0 : v.U16(at + 2);
            if (length < HeaderLength || length > left)
            {
                errors++;
                break;
            }

            switch (v.U16(at))
            {
                case Host:
                    (hostAt, hostLength) = hostLength < 0 ? (at + HeaderLength, length - HeaderLength) : (hostAt, hostLength);
                    break;
                case Plugin:
                    plugins++;
                    break;
                case Values:
                    values++;
                    break;
                case Message:
                    messages++;
                    break;
                case > FineInterval and not Severity:
                    unknown++;
                    break;
            }

            at += length;
        }

        p.Info.Set("Host="u8);
        p.Info.Append(hostLength < 0 ? "(null)"u8 : v.Span(hostAt, Zero(v.Span(hostAt, hostLength))));
        p.Info.Append($", {(values < 10 ? " " : "")}{values} value{(values == 1 ? " " : "s")} for {plugins} plugin{(plugins == 1 ? ", " : "s,")}");
        p.Info.Append($" {messages} message{(messages == 1 ? "" : "s")}");
        if (unknown > 0)
        {
            p.Info.Append($", {unknown} unknown");
        }

        if (errors > 0)
        {
            p.Info.Append($", {errors} error{(errors == 1 ? "" : "s")}");
        }
    }

    static int Zero(ReadOnlySpan<byte> text) => text.IndexOf((byte)0) is >= 0 and var end ? end : text.Length;

    /// <returns>The part's length; 0 where nothing can follow.</returns>
    static int Part(Packet p, in View v, Node tree, int at, ref Context now)
    {
        int left = v.Reported - at;
        if (left < HeaderLength)
        {
            AddGarbage(p, v, tree, at, left);
            return 0;
        }

        int type = v.U16(at), length = v.U16(at + 2);
        string name = Types.FindOr((uint)type, "UNKNOWN");
        if (length < HeaderLength)
        {
            Begin(p, v, tree, at, length, $"{name} segment: Length = {length} <BAD>", out var lengthNode);
            p.Expert(lengthNode, InvalidLength, v, at + 2, 2, $"Bad part length: Is {length}, expected at least {HeaderLength}");
            return 0;
        }

        switch (type)
        {
            case Host or Plugin or PluginInstance or Type or TypeInstance or Message:
                return Text(p, v, tree, at, length, type, name, ref now);
            case Time or FineTime or Interval or FineInterval or Severity:
                return Number(p, v, tree, at, length, type, name, ref now);
            case Values:
                return AddValues(p, v, tree, at, length, ref now);
            case Signature or Encrypted:
                return AddSecured(p, v, tree, at, length, type, name);
            default:
                var branch = p.AddText(tree, v, at, length, $"collectd {name} segment: {length} bytes");
                p.Expert(p.Add(branch, TypeField, v, at), UnknownType, v, at, 2, $"Unknown part type 0x{type:x}. Cannot decode data.");
                p.Add(branch, LengthField, v, at + 2);
                p.Add(branch, DataField, v, at + HeaderLength, length - HeaderLength);
                return length;
        }
    }

    static Node Begin(Packet p, in View v, Node tree, int at, int length, string label, out Node lengthNode)
    {
        var branch = p.AddText(tree, v, at, Math.Min(length, v.ReportedFrom(at)), $"collectd {label}");
        p.Add(branch, TypeField, v, at);
        lengthNode = p.Add(branch, LengthField, v, at + 2);
        return branch;
    }

    static void AddGarbage(Packet p, in View v, Node tree, int at, int left)
    {
        p.Scratch.Clear();
        p.Scratch.Append($"Garbage at end of packet: Length = {left} <BAD>");
        p.AddExpert(tree, Garbage, v, at, left, p.Scratch.Bytes);
    }

    /// <summary>A part that is too short for what it says to be, in a packet that ends (garbage) or does not.</summary>
    static int Bad(Packet p, in View v, Node tree, int at, int length, string name, string what, bool isGarbage)
    {
        var branch = Begin(p, v, tree, at, length, $"{name} segment: <BAD>", out var lengthNode);
        if (isGarbage)
        {
            AddGarbage(p, v, branch, at + HeaderLength, v.ReportedFrom(at + HeaderLength));
        }
        else
        {
            p.Expert(lengthNode, InvalidLength, v, at + 2, 2, $"Invalid length field for {what} part.");
        }

        return 0;
    }

    static int Text(Packet p, in View v, Node tree, int at, int length, int type, string name, ref Context now)
    {
        int start = at + HeaderLength, size = length - HeaderLength;
        var text = v.Span(start, size);
        text = text[..Zero(text)];
        var branch = p.AddText(tree, v, at, length, $"collectd {name} segment: \"{text}\"");
        p.Add(branch, TypeField, v, at);
        p.Add(branch, LengthField, v, at + 2);
        var field = type switch
        {
            Host => HostField,
            Plugin => PluginField,
            PluginInstance => PluginInstanceField,
            Type => TypeNameField,
            TypeInstance => TypeInstanceField,
            _ => MessageField,
        };
        p.Add(branch, field, v, start, size);
        var place = new Place(start, size);
        switch (type)
        {
            case Host:
                now.Host = place;
                break;
            case Plugin:
                now.Plugin = place;
                break;
            case PluginInstance:
                now.PluginInstance = place;
                break;
            case Type:
                now.Type = place;
                break;
            case TypeInstance:
                now.TypeInstance = place;
                break;
            default:
                Notification(p, v, branch, at + length, place, now);
                break;
        }

        return length;
    }

    static int Number(Packet p, in View v, Node tree, int at, int length, int type, string name, ref Context now)
    {
        bool isGarbage = v.ReportedFrom(at) < NumberLength;
        if (isGarbage || length != NumberLength)
        {
            return Bad(p, v, tree, at, length, name, "an integer", isGarbage);
        }

        int start = at + HeaderLength;
        ulong value = v.U64(start);
        if (type == Severity)
        {
            now.Severity = value;
            var severity = Begin(p, v, tree, at, length, $"{name} segment: {Severities.FindOr(value, "UNKNOWN")} ({value})", out _);
            p.Add(severity, SeverityField, v, start);
            return length;
        }

        // Units of 2^-30 s.
        var time = type is Time or Interval
            ? new Timestamp((long)Math.Min(value, long.MaxValue), 0)
            : new Timestamp((long)(value >> 30), (int)((value & 0x3fffffff) / 1.073741824));
        var branch = p.AddText(tree, v, at, length, $"collectd {name} segment: ");
        p.Add(branch, TypeField, v, at);
        p.Add(branch, LengthField, v, at + 2);
        if (type is Time or FineTime)
        {
            now.Time = time;
            p.AddTime(branch, TimeField, v, start, 8, time);
            p.Scratch.Clear();
            TimeText.Absolute(p.Scratch, time, FieldBase.Local);
            p.AppendLabel(branch, $"{p.Scratch.Bytes}");
        }
        else
        {
            now.Interval = time;
            p.AddTime(branch, IntervalField, v, start, 8, time);
            p.AppendLabel(branch, $"{time.Seconds}");
            if (time.Nanoseconds != 0)
            {
                p.AppendLabel(branch, $".{time.Nanoseconds:D9}");
            }

            p.AppendLabel(branch, time is { Seconds: 1, Nanoseconds: 0 } ? " second" : " seconds");
        }

        return length;
    }

    static int AddValues(Packet p, in View v, Node tree, int at, int length, ref Context now)
    {
        bool isGarbage = v.ReportedFrom(at) < SmallestValues;
        if (isGarbage || length < SmallestValues || (length - HeaderLength - 2) % ValueLength != 0)
        {
            return Bad(p, v, tree, at, length, "VALUES", "a values", isGarbage);
        }

        int said = v.U16(at + HeaderLength), count = (length - HeaderLength - 2) / ValueLength;
        string s = count == 1 ? "" : "s";
        var branch = Begin(p, v, tree, at, length, said == count ? $"VALUES segment: {count} value{s}" : $"VALUES segment: {said} ({count}) value{(said == 1 ? "" : "s")} <BAD>", out _);
        var countNode = p.Add(branch, CountField, v, at + HeaderLength);
        if (said != count)
        {
            p.Expert(countNode, Mismatch, v, at + HeaderLength, 2);
        }

        int types = at + HeaderLength + 2, values = types + count;
        v.Ensure(types, count * ValueLength);
        var list = p.AddText(branch, v, types, count * ValueLength, $"{count} value{s}");
        for (int i = 0; i < count; i++)
        {
            AddValue(p, v, list, types + i, values + (8 * i));
        }

        var metric = p.Generated(p.AddText(branch, v, at + length, 0, "Assembled metric"));
        AddText(p, v, metric, HostField, now.Host, always: true);
        AddText(p, v, metric, PluginField, now.Plugin, always: true);
        AddText(p, v, metric, PluginInstanceField, now.PluginInstance);
        AddText(p, v, metric, TypeNameField, now.Type, always: true);
        AddText(p, v, metric, TypeInstanceField, now.TypeInstance);
        p.AddTime(metric, TimeField, v, at, 0, now.Time);
        p.AddTime(metric, IntervalField, v, at, 0, now.Interval);
        return length;
    }

    static void AddValue(Packet p, in View v, Node list, int typeAt, int at)
    {
        int type = v.U8(typeAt);
        ulong value = type == Gauge ? v.U64LE(at) : v.U64(at);
        var node = p.AddText(list, v, at, 8, type switch { Counter => "Counter: ", Gauge => "Gauge: ", Derive => "Derive: ", Absolute => "Absolute: ", _ => "Unknown: " });
        p.Add(node, ValueTypeField, v, typeAt);
        if (type == Gauge)
        {
            double gauge = BitConverter.UInt64BitsToDouble(value);
            p.Scratch.Clear();
            FloatText.General(p.Scratch, gauge, 6);
            p.AppendLabel(node, $"{p.Scratch.Bytes}");
            p.AddDouble(node, GaugeField, v, at, 8, gauge);
            return;
        }

        if (type == Derive)
        {
            p.AppendLabel(node, $"{(long)value}");
        }
        else
        {
            p.AppendLabel(node, $"{value}");
        }

        p.Add(node, type switch { Counter => CounterField, Derive => DeriveField, Absolute => AbsoluteField, _ => UnknownField }, v, at);
    }

    static void AddText(Packet p, in View v, Node node, Field field, Place place, bool always = false)
    {
        if (place.Length > 0)
        {
            p.Add(node, field, v, place.At, place.Length);
        }
        else if (always)
        {
            p.AddString(node, field, v, 0, 0, "(null)"u8);
        }
    }

    /// <summary>What a message and the parts before it say together; as in tshark, the last part of a packet cannot be one.</summary>
    static void Notification(Packet p, in View v, Node branch, int at, Place message, in Context now)
    {
        v.Ensure(at, 1);
        var node = p.Generated(p.AddText(branch, v, at, 0, "Assembled notification"));
        AddText(p, v, node, HostField, now.Host, always: true);
        p.AddTime(node, TimeField, v, at, 0, default);
        p.AddUInt(node, SeverityField, v, at, 0, now.Severity);
        AddText(p, v, node, MessageField, message, always: true);
    }

    static int AddSecured(Packet p, in View v, Node tree, int at, int length, int type, string name)
    {
        bool isSignature = type == Signature, isGarbage = v.ReportedFrom(at) < (isSignature ? SmallestSignature : SmallestEncrypted);
        if (isGarbage || length < (isSignature ? SmallestSignature : SmallestEncrypted + 1))
        {
            return Bad(p, v, tree, at, length, name, isSignature ? "a signature" : "an encryption", isGarbage);
        }

        int start = at + HeaderLength;
        v.Ensure(at, length);
        if (isSignature)
        {
            var signed = Begin(p, v, tree, at, length, $"{name} segment: HMAC-SHA-256", out _);
            p.Add(signed, HashField, v, start, ShaLength);
            p.Add(signed, UserField, v, start + ShaLength, length - HeaderLength - ShaLength);
            return length;
        }

        int user = v.U16(start), rest = length - HeaderLength - 2 - user - VectorLength;
        bool isBad = user > length - SmallestEncrypted;
        var branch = Begin(p, v, tree, at, length, isBad ? $"{name} segment: <BAD>" : $"{name} segment: AES-256", out _);
        if (isBad)
        {
            p.Expert(p.AddUInt(branch, UserLengthField, v, start, 2, (uint)length), InvalidLength, v, start, 2, $"Invalid username length field for an encryption part.");
            return 0;
        }

        p.Add(branch, UserLengthField, v, start);
        p.Add(branch, UserField, v, start + 2, user);
        p.Add(branch, VectorField, v, start + 2 + user, VectorLength);
        p.Add(branch, EncryptedField, v, start + 2 + user + VectorLength, rest);
        return length;
    }

    /// <summary>Where a text stands.</summary>
    readonly record struct Place(int At, int Length);

    /// <summary>What the parts before have said.</summary>
    struct Context
    {
        public Place Host, Plugin, PluginInstance, Type, TypeInstance;
        public Timestamp Time, Interval;
        public ulong Severity;
    }
}
