using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Vnc;

/// <summary>What client and server say once the screen is shown (RFC 6143 sections 7.5 and 7.6).</summary>
static class VncMessages
{
    const int SetPixelFormat = 0, SetEncodings = 2, UpdateRequest = 3, KeyEvent = 4, PointerEvent = 5, ClientCutText = 6;
    const int FramebufferUpdate = 0, SetColormap = 1, RingBell = 2, ServerCutText = 3, RectangleHeader = 12;
    const int Raw = 0, CopyRect = 1, Rre = 2, Zrle = 16, RichCursor = -239, XCursor = -240;

    static readonly Protocol P = Vnc.P;
    static readonly ValueNames ClientTypes = ValueNames.Of(() => [
        (0, "Set Pixel Format"), (2, "Set Encodings"), (3, "Framebuffer Update Request"), (4, "Key Event"), (5, "Pointer Event"),
        (6, "Cut Text"), (128, "MirrorLink"), (150, "Enable Continuous Updates"), (248, "Fence"), (250, "Xvp"), (251, "Setr Desktop Size"),
        (252, "Tight"), (253, "Gii"), (255, "Qemu")]);

    static readonly ValueNames ServerTypes = ValueNames.Of(() => [
        (0, "Framebuffer Update"), (1, "Set Colormap Entries"), (2, "Ring Bell"), (3, "Cut Text"), (128, "MirrorLink"),
        (150, "End Continuous Updates"), (248, "Fence"), (250, "Xvp"), (252, "Tight"), (253, "Gii"), (255, "Qemu")]);

    static readonly ValueNames Encodings = ValueNames.Of(() => [
        (4294967073, "DesktopSize (pseudo)"), (4294967072, "LastRect (pseudo)"), (4294967064, "Pointer pos (pseudo)"),
        (4294967057, "Rich Cursor (pseudo)"), (4294967056, "X Cursor (pseudo)"), (0, "Raw"), (1, "CopyRect"), (2, "RRE"), (4, "CoRRE"),
        (5, "Hextile"), (6, "Zlib"), (7, "Tight"), (8, "ZlibHex"), (9, "Ultra"), (16, "ZRLE"), (17, "Hitachi ZYWRLE"),
        (4294967264, "JPEG quality level 0"), (4294967265, "JPEG quality level 1"), (4294967266, "JPEG quality level 2"),
        (4294967267, "JPEG quality level 3"), (4294967268, "JPEG quality level 4"), (4294967269, "JPEG quality level 5"),
        (4294967270, "JPEG quality level 6"), (4294967271, "JPEG quality level 7"), (4294967272, "JPEG quality level 8"),
        (4294967273, "JPEG quality level 9"), (4294967040, "Compression level 0"), (4294967041, "Compression level 1"),
        (4294967042, "Compression level 2"), (4294967043, "Compression level 3"), (4294967044, "Compression level 4"),
        (4294967045, "Compression level 5"), (4294967046, "Compression level 6"), (4294967047, "Compression level 7"),
        (4294967048, "Compression level 8"), (4294967049, "Compression level 9"), (4294901761, "Enable Caching"),
        (4294934528, "Server State"), (4294934529, "Enable Keep Alive"), (4294934530, "FTP protocol version"),
        (4294966988, "Extended Desktop Size"), (4294966989, "Desktop Name"), (4294836224, "Keyboard LED State"),
        (4294836225, "Supported Messages"), (4294836226, "Supported Encodings"), (4294836227, "Server Identity"),
        (4294966773, "MirrorLink"), (4294966772, "Context Information"), (4294966771, "SLRLE"), (4294966770, "Transform"),
        (4294966769, "HSML"), (1211250228, "H264")]);

    static readonly Field ClientType = P.UInt8("vnc.client_message_type", "Client Message Type", FieldBase.Dec, ClientTypes, blurb: "Message type from client");
    static readonly Layout PixelFormat = new(
        Vnc.Padding.Of(3),
        P.UInt8("vnc.client_bits_per_pixel", "Bits per pixel", blurb: "Number of bits used by server for each pixel value on the wire from the client"),
        P.UInt8("vnc.client_depth", "Depth", blurb: "Number of useful bits in the pixel value on client"),
        P.Flag("vnc.client_big_endian_flag", "Big endian flag", blurb: "True if multi-byte pixels are interpreted as big endian by client"),
        P.Flag("vnc.client_true_color_flag", "True color flag", blurb: "If true, then the next six items specify how to extract the red, green and blue intensities from the pixel value on the client."),
        P.UInt16("vnc.client_red_max", "Red maximum", blurb: "Maximum red value on client as n: 2^n - 1"),
        P.UInt16("vnc.client_green_max", "Green maximum", blurb: "Maximum green value on client as n: 2^n - 1"),
        P.UInt16("vnc.client_blue_max", "Blue maximum", blurb: "Maximum blue value on client as n: 2^n - 1"),
        P.UInt8("vnc.client_red_shift", "Red shift", blurb: "Number of shifts needed to get the red value in a pixel to the least significant bit on the client"),
        P.UInt8("vnc.client_green_shift", "Green shift", blurb: "Number of shifts needed to get the green value in a pixel to the least significant bit on the client"),
        P.UInt8("vnc.client_blue_shift", "Blue shift", blurb: "Number of shifts needed to get the blue value in a pixel to the least significant bit on the client"),
        Vnc.Padding.Of(3));

    static readonly Field EncodingCount = P.UInt16("vnc.client_set_encodings_num", "Number of encodings", blurb: "Number of encodings used to send pixel data from server to client");
    static readonly Layout EncodingList = new(
        Vnc.Padding.Of(1), EncodingCount,
        Row.Times(EncodingCount, P.Int32("vnc.client_set_encodings_encoding_type", "Encoding type", FieldBase.Dec, Encodings,
            blurb: "Type of encoding used to send pixel data from server to client")));

    static readonly Layout Request = new(
        P.Flag("vnc.update_req_incremental", "Incremental update", blurb: "Specifies if the client wants an incremental update instead of a full one"),
        P.UInt16("vnc.update_req_x_pos", "X position", blurb: "X position of framebuffer (screen) update requested"),
        P.UInt16("vnc.update_req_y_pos", "Y position", blurb: "Y position of framebuffer (screen) update request"),
        P.UInt16("vnc.update_req_width", "Width", blurb: "Width of framebuffer (screen) update request"),
        P.UInt16("vnc.update_req_height", "Height", blurb: "Height of framebuffer (screen) update request"));

    static readonly Layout Key = new(
        P.Flag("vnc.key_down", "Key down", names: ValueNames.YesNo, blurb: "Specifies whether the key is being pressed or not"),
        Vnc.Padding.Of(2),
        P.UInt32("vnc.key", "Key", FieldBase.Hex, VncKeys.Names, blurb: "Key being pressed/depressed"));

    static readonly ValueNames Pressed = ValueNames.Flag("Pressed", "Not pressed");
    static readonly Field[] Buttons = [
        Button(1, 0x01), Button(2, 0x02), Button(3, 0x04), Button(4, 0x08), Button(5, 0x10), Button(6, 0x20), Button(7, 0x40), Button(8, 0x80)];

    static readonly Layout Pointer = new(
        P.UInt16("vnc.pointer_x_pos", "X position", blurb: "Position of mouse cursor on the x-axis"),
        P.UInt16("vnc.pointer_y_pos", "Y position", blurb: "Position of mouse cursor on the y-axis"));

    static readonly Field ClientTextLength = P.UInt32("vnc.client_cut_text_len", "Length", blurb: "Length of client's copy/cut text (clipboard) string in bytes");
    static readonly Layout ClientText = new(
        Vnc.Padding.Of(3), ClientTextLength, P.String("vnc.client_cut_text", "Text", "Text string in the client's copy/cut text (clipboard)").Counted(ClientTextLength));

    static readonly Field ServerType = P.UInt8("vnc.server_message_type", "Server Message Type", FieldBase.Dec, ServerTypes, blurb: "Message type from server");
    static readonly Field RectangleCount = P.UInt16("vnc.fb_update_num_rects", "Number of rectangles", blurb: "Number of rectangles of this server framebuffer update");
    static readonly Field X = P.UInt16("vnc.fb_update_x_pos", "X position", blurb: "X position of this server framebuffer update");
    static readonly Field Y = P.UInt16("vnc.fb_update_y_pos", "Y position", blurb: "Y position of this server framebuffer update");
    static readonly Field Width = P.UInt16("vnc.fb_update_width", "Width", blurb: "Width of this server framebuffer update");
    static readonly Field Height = P.UInt16("vnc.fb_update_height", "Height", blurb: "Height of this server framebuffer update");
    static readonly Field Encoding = P.Int32("vnc.fb_update_encoding_type", "Encoding type", FieldBase.Dec, Encodings, blurb: "Encoding type of this server framebuffer update");
    static readonly Field CursorColors = P.Bytes("vnc.cursor_x_fore_back", "X Cursor foreground RGB / background RGB", blurb: "RGB values for the X cursor's foreground and background");
    static readonly Field CursorPixels = P.Bytes("vnc.cursor_encoding_pixels", "Cursor encoding pixels", blurb: "Cursor encoding pixel data");
    static readonly Field CursorMask = P.Bytes("vnc.cursor_encoding_bitmask", "Cursor encoding bitmask", blurb: "Cursor encoding pixel bitmask");
    static readonly Field RawPixels = P.Bytes("vnc.raw_pixel_data", "Pixel data", blurb: "Raw pixel data.");
    static readonly Layout Copy = new(
        P.UInt16("vnc.copyrect_src_x_pos", "Source x position", blurb: "X position of the rectangle to copy from"),
        P.UInt16("vnc.copyrect_src_y_pos", "Source y position", blurb: "Y position of the rectangle to copy from"));

    static readonly Field ZrleLength = P.UInt32("vnc.zrle_len", "ZRLE compressed length", blurb: "Length of compressed ZRLE data that follows");
    static readonly Field ZrleData = P.Bytes("vnc.zrle_data", "ZRLE compressed data", blurb: "Compressed ZRLE data.  Compiling with zlib support will uncompress and dissect this data");
    static readonly Field ColorCount = P.UInt16("vnc.colormap_groups", "Number of color groups", blurb: "Number of red/green/blue color groups");
    static readonly Layout Colormap = new(
        Vnc.Padding.Of(1),
        P.UInt16("vnc.colormap_first_color", "First color", blurb: "First color that should be mapped to given RGB intensities"),
        ColorCount);

    static readonly Field Colors = P.Label("vnc.color_groups", "Color groups");
    static readonly Layout Color = new(
        P.UInt16("vnc.colormap_red", "Red", blurb: "Red intensity"), P.UInt16("vnc.colormap_green", "Green", blurb: "Green intensity"),
        P.UInt16("vnc.colormap_blue", "Blue", blurb: "Blue intensity"));

    static readonly Field ServerTextLength = P.UInt32("vnc.server_cut_text_len", "Length", blurb: "Length of server's copy/cut text (clipboard) string in bytes");
    static readonly Layout ServerText = new(
        Vnc.Padding.Of(3), ServerTextLength, P.String("vnc.server_cut_text", "Text", "Text string in the server's copy/cut text (clipboard)").Counted(ServerTextLength));

    static readonly Expert SeeFurther = P.Expert("vnc.reassemble", Severity.Chat, ExpertGroup.Reassemble, "See further on for dissection of the complete (reassembled) PDU");

    static Field Button(int number, ulong bit) =>
        P.Flag($"vnc.button_{number}_pos", $"Mouse button #{number} position", 8, bit, Pressed, $"Whether mouse button #{number} is being pressed or not");

    /// <summary>Adds what a client says; Wireshark shows the first message of a packet.</summary>
    internal static void AddOfClient(Packet p, in View v, Node tree, Vnc.Session session)
    {
        int type = v.U8(0);
        var node = p.Add(tree, ClientType, v, 0);
        var (info, rows) = type switch
        {
            SetPixelFormat => ("Client set pixel format", PixelFormat),
            SetEncodings => ("Client set encodings", EncodingList),
            UpdateRequest => ("Client framebuffer update request", Request),
            KeyEvent => ("Client key event", Key),
            PointerEvent => ("Client pointer event", Pointer),
            ClientCutText => ("Client cut text", ClientText),
            _ => ("Unknown client message type", null),
        };
        p.Info.Set(info);
        int at = 1;
        if (type == PointerEvent)
        {
            foreach (var button in Buttons)
            {
                p.Add(node, button, v, at);
            }

            at++;
        }

        if (rows is not null)
        {
            p.AddRows(node, v, at, rows);
        }

        if (type == SetPixelFormat && !p.IsQuoted)
        {
            session.BytesPerPixel = Math.Clamp(v.U8(4) / 8, 1, 4);
        }
    }

    /// <summary>Adds what a server says, message by message; an update goes on until all its rectangles are there.</summary>
    internal static int AddOfServer(Packet p, in View v, Node tree, Vnc.Session session)
    {
        int at = 0;
        while (at < v.Reported)
        {
            int type = v.U8(at), end = -1;
            var node = p.Add(tree, ServerType, v, at);
            string info = type switch
            {
                FramebufferUpdate => "Server framebuffer update",
                SetColormap => "Server set colormap entries",
                RingBell => "Server ring bell on client",
                ServerCutText => "Server cut text",
                _ => "Unknown server message type",
            };
            p.Info.AppendAfter("; ", info);
            if (type > ServerCutText)
            {
                break;
            }

            end = type switch
            {
                FramebufferUpdate => UpdateEnd(v, at, session.BytesPerPixel),
                SetColormap => v.Has(at, 6) ? at + 6 + (6 * v.U16(at + 4)) : -1,
                ServerCutText => v.Has(at, 8) ? (int)Math.Min(at + 8L + v.U32(at + 4), int.MaxValue) : -1,
                _ => at + 1,
            };
            if ((end < 0 || end > v.Captured) && p.Stream is { CanWait: true } stream)
            {
                if (type == FramebufferUpdate)
                {
                    AddUpdate(p, v, node, at, session.BytesPerPixel, isWhole: false);
                }

                p.AddExpert(node, SeeFurther, v, at, v.ReportedFrom(at));
                stream.NeedMore(at, StreamContext.OneMoreSegment);
                break;
            }

            if (type == FramebufferUpdate)
            {
                end = AddUpdate(p, v, node, at, session.BytesPerPixel);
            }
            else if (type == SetColormap)
            {
                end = AddColormap(p, v, node, at);
            }
            else if (type == ServerCutText)
            {
                end = p.AddRows(node, v, at + 1, ServerText);
            }

            at = end;
        }

        return v.Reported;
    }

    static int AddColormap(Packet p, in View v, Node node, int at)
    {
        const int EntryLength = 6;
        int count = v.U16(at + 4), next = p.AddRows(node, v, at + 1, Colormap);
        var groups = p.Add(node, Colors, v, next, count * EntryLength);
        for (int i = 1; i <= count; i++)
        {
            next = p.AddRows(p.AddText(groups, v, next, EntryLength, $"Color group #{i}"), v, next, Color);
        }

        return next;
    }

    /// <summary>Where an update ends, or -1 when it goes on behind the bytes.</summary>
    static int UpdateEnd(in View v, int at, int bytesPerPixel)
    {
        if (!v.Has(at, 4))
        {
            return -1;
        }

        int count = v.U16(at + 2);
        long next = at + 4;
        for (; count > 0; count--)
        {
            if (next > v.Captured || !v.Has((int)next, RectangleHeader))
            {
                return -1;
            }

            int body = (int)next + RectangleHeader;
            long length = BodyLength(v, body, bytesPerPixel);
            if (length < 0)
            {
                return -1;
            }

            next = body + length;
        }

        return next > v.Captured ? -1 : (int)next;
    }

    /// <summary>Bytes of a rectangle behind its header; encodings that are not known have none that could be told. -1 when that is not there.</summary>
    static long BodyLength(in View v, int body, int bytesPerPixel)
    {
        long width = v.U16(body - 8), height = v.U16(body - 6), mask = height * ((width + 7) / 8);
        return (int)v.U32(body - 4) switch
        {
            Raw => width * height * bytesPerPixel,
            CopyRect => 4,
            Rre => v.Has(body, 4) ? 4L + bytesPerPixel + ((long)v.U32(body) * (bytesPerPixel + 8)) : -1,
            Zrle => v.Has(body, 4) ? 4L + v.U32(body) : -1,
            RichCursor => (width * height * bytesPerPixel) + mask,
            XCursor => width * height == 0 ? 0 : 6 + (2 * mask),
            _ => 0,
        };
    }

    /// <param name="isWhole">Whether all of it should be there; else what is there is added.</param>
    static int AddUpdate(Packet p, in View v, Node node, int at, int bytesPerPixel, bool isWhole = true)
    {
        if (!isWhole && !v.Has(at, 4))
        {
            return v.Reported;
        }

        int count = v.U16(at + 2);
        p.Add(node, Vnc.Padding, v, at + 1, 1);
        p.Add(node, RectangleCount, v, at + 2);
        at += 4;
        for (int i = 1; i <= count; i++)
        {
            int body = at + RectangleHeader;
            if (!isWhole && !v.Has(at, RectangleHeader))
            {
                break;
            }

            int encoding = (int)v.U32(body - 4);
            bool isCursor = encoding is RichCursor or XCursor;
            long length = BodyLength(v, body, bytesPerPixel);
            var rectangle = p.AddText(node, v, at, RectangleHeader, $"Rectangle #{i}");
            var x = p.Add(rectangle, X, v, at);
            var y = p.Add(rectangle, Y, v, at + 2);
            var width = p.Add(rectangle, Width, v, at + 4);
            var height = p.Add(rectangle, Height, v, at + 6);
            if (isCursor)
            {
                p.AppendLabel(x, " (hotspot X)");
                p.AppendLabel(y, " (hotspot Y)");
                p.AppendLabel(width, " (cursor width)");
                p.AppendLabel(height, " (cursor height)");
            }

            var type = p.Add(rectangle, Encoding, v, at + 8);
            int size = (int)Math.Clamp(length, 0, int.MaxValue - body);
            if (!isWhole && !v.Has(body, size))
            {
                break;
            }

            v.Ensure(body, size);
            AddBody(p, v, type, body, size, encoding);
            at = body + size;
        }

        return at;
    }

    static void AddBody(Packet p, in View v, Node tree, int at, int length, int encoding)
    {
        int mask = v.U16(at - 6) * ((v.U16(at - 8) + 7) / 8);
        switch (encoding)
        {
            case Raw:
                p.Add(tree, RawPixels, v, at, length);
                break;
            case CopyRect:
                p.AddRows(tree, v, at, Copy);
                break;
            case Zrle:
                p.Add(tree, ZrleLength, v, at);
                p.Add(tree, ZrleData, v, at + 4, length - 4);
                break;
            case RichCursor:
                p.Add(tree, CursorPixels, v, at, length - mask);
                p.Add(tree, CursorMask, v, at + length - mask, mask);
                break;
            case XCursor when length > 0:
                p.Add(tree, CursorColors, v, at, 6);
                p.Add(tree, CursorPixels, v, at + 6, mask);
                p.Add(tree, CursorMask, v, at + 6 + mask, mask);
                break;
        }
    }
}
