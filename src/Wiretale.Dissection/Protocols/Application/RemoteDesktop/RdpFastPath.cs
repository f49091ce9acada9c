using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.RemoteDesktop;

/// <summary>RDP's fast path: events of the client's hands, updates of the server's screen. Where it is encrypted, it is read as if it were not, as Wireshark does.</summary>
static class RdpFastPath
{
    const int Scancode = 0, Mouse = 1, MouseEx = 2, Sync = 3, Unicode = 4, Qoe = 6, SignatureLength = 8, IsEncrypted = 2, IsCompressed = 0xc0;

    static readonly Protocol P = Rdp.P;
    static readonly ValueNames Updates = ValueNames.Of(() => [
        (0, "Orders"), (1, "Bitmap"), (2, "Palette"), (3, "Synchronize"), (4, "Surface"), (5, "NullPointer"), (6, "DefaultPointer"),
        (8, "PointerPosition"), (9, "ColorPointer"), (10, "CachedPointer"), (11, "NewPointer"), (12, "LargePointer")]);

    static readonly ValueNames Events = ValueNames.Of(() => [
        (Scancode, "Scancode"), (Mouse, "Mouse"), (MouseEx, "MouseEx"), (Sync, "Sync"), (Unicode, "Unicode"), (Qoe, "QUOE Timestamp")]);

    static readonly Field Header = P.UInt8("rdp.fastpath.header", "Header", FieldBase.Hex);
    static readonly Field Action = P.UInt8("rdp.fastpath.action", "Action", FieldBase.Dec, ValueNames.Of(() => [(0, "Fastpath"), (3, "X224")]), mask: 0x03);
    static readonly Field EventCount = P.UInt8("rdp.fastpath.numevents", "numEvents", mask: 0x3c);
    static readonly Field ReservedBits = P.UInt8("rdp.fastpath.reserved", "Reserved", FieldBase.Hex, mask: 0x3c);
    static readonly Field Flags = P.UInt8("rdp.fastpath.flags", "flags", mask: 0xc0);
    static readonly Field Length = P.UInt16("rdp.fastpathPDULength", "fastpathPDULength");
    static readonly Field MoreEvents = P.UInt8("rdp.fastpath.numevents2", "NumEvents2");
    static readonly Field EventHeader = P.UInt8("rdp.fastpath.eventheader", "EventHeaderCode", FieldBase.Hex);
    static readonly Field EventCode = P.UInt8("rdp.fastpath.clienteventcode", "Code", FieldBase.Dec, Events, mask: 0xe0);
    static readonly Field EventFlags = P.UInt8("rdp.fastpath.eventflags", "Flags", mask: 0x1f);
    static readonly Field KeyCode = P.UInt8("rdp.fastpath.scancode.keycode", "KeyCode", FieldBase.Hex);
    static readonly Field UnicodeCode = P.UInt16("rdp.fastpath.unicode.code", "unicodeCode", FieldBase.Hex);
    static readonly Field Timestamp = P.UInt32("rdp.fastpath.qoe.timestamp", "Timestamp", FieldBase.Hex);
    static readonly Layout MouseRows = new(
        P.UInt16("rdp.pointerflags", "pointerFlags", FieldBase.Hex).LittleEnd().Summary(
            P.Flag("rdp.pointerflags.move", "Move", 16, 0x800), P.Flag("rdp.pointerflags.down", "Down", 16, 0x8000),
            P.Flag("rdp.pointerflags.button1", "Button1", 16, 0x1000), P.Flag("rdp.pointerflags.button2", "Button2", 16, 0x2000),
            P.Flag("rdp.pointerflags.button3", "Button3", 16, 0x4000), P.UInt16("rdp.pointerflags.wheelrotation", "Wheel rotation", mask: 0x1ff),
            P.Flag("rdp.pointerflags.wheelnegative", "Wheel negative", 16, 0x100), P.Flag("rdp.pointerflags.wheel", "Wheel", 16, 0x200),
            P.Flag("rdp.pointerflags.hwheel", "Horizontal wheel", 16, 0x400)),
        P.UInt16("rdp.pointer.xpos", "xPos").LittleEnd(), P.UInt16("rdp.pointer.ypos", "yPos").LittleEnd());

    static readonly Layout MouseExRows = new(
        P.UInt16("rdp.pointerxflags", "PointeFlags", FieldBase.Hex).LittleEnd().Summary(
            P.Flag("rdp.pointerxflags.down", "Down", 16, 0x8000), P.Flag("rdp.pointerxflags.button1", "Button1", 16, 0x1),
            P.Flag("rdp.pointerxflags.button2", "Button2", 16, 0x2)),
        P.UInt16("rdp.pointerx.xpos", "xPos").LittleEnd(), P.UInt16("rdp.pointerx.ypos", "yPos").LittleEnd());

    static readonly Field[] KeyBits = [
        P.Flag("rdp.fastpath.scancode.release", "Release", 8, 0x1), P.Flag("rdp.fastpath.scancode.extended", "Extended", 8, 0x2),
        P.Flag("rdp.fastpath.scancode.extended1", "Extended1", 8, 0x4), EventCode];

    static readonly Field[] SyncBits = [
        P.Flag("rdp.fastpath.sync.scrolllock", "ScrollLock", 8, 0x1), P.Flag("rdp.fastpath.sync.numlock", "NumLock", 8, 0x2),
        P.Flag("rdp.fastpath.sync.capslock", "CapsLock", 8, 0x4), P.Flag("rdp.fastpath.sync.kanalock", "ScrollLock", 8, 0x8), EventCode];

    static readonly Field[] UnicodeBits = [P.Flag("rdp.fastpath.unicode.release", "Release", 8, 0x1), EventCode];
    static readonly Field[] PlainBits = [EventFlags, EventCode];
    static readonly Field UpdateCode = P.UInt8("rdp.fastpath.clienteventcode", "Code", FieldBase.Dec, Updates, mask: 0x0f);
    static readonly Field Fragmentation = P.UInt8("rdp.fastpath.serverfragmentation", "Fragmentation", FieldBase.Dec, ValueNames.Of(() => [
        (0, "Single fragment"), (1, "Last fragment"), (2, "First fragment"), (3, "Next fragment")]), mask: 0x30);
    static readonly Field Compression = P.UInt8("rdp.fastpath.servercompression", "Compression", FieldBase.Hex, mask: 0xc0);
    static readonly Field CompressionType = P.UInt8("rdp.fastpath.server.compressiontype", "CompressionType", FieldBase.Hex);
    static readonly Field Size = P.UInt16("rdp.fastpath.server.size", "Size");

    /// <summary>The length that the second byte, or two of them, say.</summary>
    internal static int LengthOf(in View v, out int next)
    {
        bool isLong = (v.U8(1) & 0x80) != 0;
        next = isLong ? 3 : 2;
        return isLong ? v.U16(1) & 0x7fff : v.U8(1);
    }

    internal static void Add(Packet p, in View v, Node tree, int at, bool fromClient)
    {
        int first = v.U8(0);
        var header = p.Add(tree, Header, v, 0);
        p.AppendLabel(header, ", Action: Fastpath");
        p.Add(header, Action, v, 0);
        p.Add(header, fromClient ? EventCount : ReservedBits, v, 0);
        p.Add(header, Flags, v, 0);
        p.AddUInt(tree, Length, v, 1, at - 1, (uint)v.Reported);
        at += (first >> 6 & IsEncrypted) != 0 ? SignatureLength : 0;
        if (fromClient)
        {
            AddEvents(p, v, tree, at, first >> 2 & 0xf);
        }
        else
        {
            AddUpdates(p, v, tree, at);
        }
    }

    static void AddEvents(Packet p, in View v, Node tree, int at, int count)
    {
        if (count == 0)
        {
            count = v.U8(at);
            p.Add(tree, MoreEvents, v, at++);
        }

        for (; count > 0; count--)
        {
            int code = v.U8(at) >> 5;
            var (name, length, bits) = code switch
            {
                Scancode => ("Scancode", 2, KeyBits),
                Mouse => ("Mouse", 7, PlainBits),
                MouseEx => ("MouseEx", 7, PlainBits),
                Sync => ("Sync", 1, SyncBits),
                Unicode => ("Unicode", 3, UnicodeBits),
                Qoe => ("QoE timestamp", 5, PlainBits),
                _ => ("", 1, PlainBits),
            };
            if (name.Length == 0)
            {
                // Nobody knows how long such an event is; Wireshark goes on behind its header.
                at++;
                continue;
            }

            p.Info.Append($",{name}");
            v.Ensure(at, length);
            var node = p.AddText(tree, v, at, length, name);
            p.AddBits(node, EventHeader, v, at, bits, 1, sumUp: true);
            switch (code)
            {
                case Scancode:
                    p.Add(node, KeyCode, v, at + 1);
                    break;
                case Mouse or MouseEx:
                    p.AddRows(node, v, at + 1, code == Mouse ? MouseRows : MouseExRows);
                    break;
                case Unicode:
                    p.AddLE(node, UnicodeCode, v, at + 1, 2);
                    break;
                case Qoe:
                    p.AddLE(node, Timestamp, v, at + 1, 4);
                    break;
            }

            at += length;
        }
    }

    static void AddUpdates(Packet p, in View v, Node tree, int at)
    {
        while (at < v.Reported)
        {
            int header = v.U8(at), sizeAt = at + 1 + ((header & IsCompressed) != 0 ? 1 : 0);
            string name = Updates.FindOr((ulong)(header & 0xf), "Unknown");
            p.Info.Append($",{name}");
            int size = v.U16LE(sizeAt), body = sizeAt + 2;
            v.Ensure(body, size);
            var node = p.AddText(tree, v, at, body + size - at, name);
            p.Add(node, UpdateCode, v, at);
            p.Add(node, Fragmentation, v, at);
            p.Add(node, Compression, v, at);
            if (sizeAt > at + 1)
            {
                p.Add(node, CompressionType, v, at + 1);
            }

            p.AddLE(node, Size, v, sizeAt, 2);
            at = body + size;
        }
    }
}
